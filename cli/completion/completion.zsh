#compdef token-refresher
# Completes token-refresher in zsh. The words go on as they were typed, and none is evaluated. Needs compinit, which is a part of
# zsh, and may be sourced again.
_token_refresher() {
  local value description files=
  local -a typed entries
  ((CURRENT > 2)) && typed=("${(@)words[2,CURRENT-1]}")
  typed+=("$PREFIX")
  while IFS=$'\t' read -r value description; do
    case "$value" in
      :files) files=1 ;;
      :values) ;;
      *) entries+=("${value//:/\\:}:$description") ;;
    esac
  done < <(command token-refresher complete -- "${(@)typed}" 2> /dev/null < /dev/null)
  if [[ -n $files ]]; then
    compset -P '--[^=]#='
    _files
  else
    _describe token-refresher entries
  fi
}
if [[ ${funcstack[1]} == _token_refresher ]]; then
  _token_refresher "$@"
elif (($+functions[compdef])); then
  compdef _token_refresher token-refresher
else
  print -u2 'token-refresher: run compinit before this line'
fi
