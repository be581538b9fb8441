# Completes token-refresher in bash. The words go on as they were typed, and none is evaluated: $(...) before Tab runs nothing.
# Needs no other package, and may be sourced again.
_token_refresher() {
  local at word last before value description
  local -a words=()
  # Bash breaks words at = and : too. They are joined again, and what stands before the break is left out of the answers.
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word="${COMP_WORDS[at]}"
    last=$((${#words[@]} - 1))
    if ((last >= 0)) && [[ $word == [=:]* || ${words[last]} == *[=:] ]]; then
      words[last]+="$word"
    else
      words+=("$word")
    fi
  done
  last=$((${#words[@]} - 1))
  word="${COMP_WORDS[COMP_CWORD]}"
  before="${words[last]}"
  [[ $word == [=:]* ]] || before="${before%"$word"}"
  COMPREPLY=()
  while IFS=$'\t' read -r value description; do
    case "$value" in
      :files) compopt -o default 2> /dev/null ;;
      :values) ;;
      *) COMPREPLY+=("${value#"$before"}") ;;
    esac
  done < <(command token-refresher complete -- "${words[@]}" 2> /dev/null < /dev/null)
}
complete -F _token_refresher token-refresher
