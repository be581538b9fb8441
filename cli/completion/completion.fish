# Completes token-refresher in fish. The words go on as they were typed, and none is evaluated. May be sourced again.
function __token_refresher_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    command token-refresher complete -- $words[2..] "$typed" 2>/dev/null </dev/null | string match --invert ':*'
end
complete --command token-refresher --erase
complete --command token-refresher --no-files --arguments '(__token_refresher_complete)'
# Options that take a file.
complete --command token-refresher --long-option from-file --require-parameter --force-files
