// `token-refresher completion bash|zsh|fish`, and the question that the shells then ask.

import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { scriptFor, shells } from '../completion/scripts.ts'

export const completionCommand = () =>
  new Command('completion')
    .description('print the script that completes commands, options and connections in your shell')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText(
      'after',
      `
The shell has to find token-refresher on its path (npm link, in a clone).

Example:
  $ source <(token-refresher completion bash)      # in ~/.bashrc
  $ source <(token-refresher completion zsh)       # in ~/.zshrc, after compinit
  $ token-refresher completion fish | source       # in ~/.config/fish/config.fish`,
    )
    .action((shell) => {
      process.stdout.write(scriptFor(shell))
    })

/**
 * Hidden: the scripts call it with what has been typed.
 *
 * @param tree makes the commands to suggest from
 */
export const completeCommand = (tree: () => CommandUnknownOpts) =>
  new Command('complete')
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words) => (await import('../actions/complete.ts')).complete(words, tree()))
