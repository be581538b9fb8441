// npm run reference: docs/reference/construct.md from the docstrings of what the package exports. Takes `npm run build` before.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import {
  ApiDeclaredItem,
  ApiDocumentedItem,
  type ApiItem,
  ApiItemKind,
  ApiModel,
  ApiPropertyItem,
  ApiReturnTypeMixin,
} from '@microsoft/api-extractor-model'
import {
  DocCodeSpan,
  DocErrorText,
  DocEscapedText,
  type DocNode,
  DocPlainText,
  type DocSection,
  DocSoftBreak,
  TSDocTagSyntaxKind,
} from '@microsoft/tsdoc'
import { TSDocConfigFile } from '@microsoft/tsdoc-config'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/reference/construct.md')

/** The CDK's docstrings say `@default`, where TSDoc says `@defaultValue`. */
const tsdocConfiguration = (): TSDocConfigFile => {
  const configuration = TSDocConfigFile.loadFile(
    join(root, 'node_modules/@microsoft/api-extractor/extends/tsdoc-base.json'),
  )
  configuration.addTagDefinition({ tagName: '@default', syntaxKind: TSDocTagSyntaxKind.BlockTag })
  configuration.setSupportForTag('@default', true)
  return configuration
}

/** The model that API Extractor makes of the declarations. */
const readModel = (): ApiModel => {
  const folder = mkdtempSync(join(tmpdir(), 'token-refresher-reference-'))
  const entry = join(root, 'dist/lib/index.d.ts')
  const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true, types: ['node'] }
  const extractorConfig = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      apiReport: { enabled: false },
      docModel: { enabled: true, apiJsonFilePath: join(folder, 'model.api.json') },
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      messages: { extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } } },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
    tsdocConfigFile: tsdocConfiguration(),
  })
  Extractor.invoke(extractorConfig, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true
    },
  })
  const model = new ApiModel()
  model.loadPackage(join(folder, 'model.api.json'))
  rmSync(folder, { recursive: true, force: true })
  return model
}

const kinds: Partial<Record<ApiItemKind, string>> = {
  [ApiItemKind.Class]: 'class',
  [ApiItemKind.Interface]: 'interface',
  [ApiItemKind.Function]: 'function',
  [ApiItemKind.TypeAlias]: 'type',
  [ApiItemKind.Variable]: 'constant',
}

/** Markdown of a docstring's section, on one line. */
const textOf = (node: DocNode): string => {
  if (node instanceof DocPlainText) return node.text
  if (node instanceof DocCodeSpan) return `\`${node.code}\``
  if (node instanceof DocSoftBreak) return ' '
  if (node instanceof DocEscapedText) return node.decodedText
  if (node instanceof DocErrorText) return node.text
  return node.getChildNodes().map(textOf).join('')
}

const line = (section: DocSection | undefined): string =>
  section === undefined ? '' : textOf(section).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim()

const commentOf = (item: ApiItem) => (item instanceof ApiDocumentedItem ? item.tsdocComment : undefined)

const summaryOf = (item: ApiItem): string => line(commentOf(item)?.summarySection)

/** What stands behind a tag such as `@default`. */
const blocksOf = (item: ApiItem, tag: string): readonly string[] => {
  const { customBlocks = [] } = commentOf(item) ?? {}
  return customBlocks.filter(({ blockTag }) => blockTag.tagName === tag).map(({ content }) => line(content))
}

const code = (text: string): string => `\`${text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')}\``

const typeOf = (item: ApiItem): string => {
  if (item instanceof ApiPropertyItem) return item.propertyTypeExcerpt.text.replace(/ \| undefined$/, '')
  return ApiReturnTypeMixin.isBaseClassOf(item) ? item.returnTypeExcerpt.text : ''
}

const row = (item: ApiItem): string => {
  const isMethod = item.kind === ApiItemKind.Method
  const throws = blocksOf(item, '@throws').map((text) => `Throws ${text}`)
  const byDefault = blocksOf(item, '@default')
    .map((text) => text.replace(/^- /, ''))
    .join('; ')
  const name = isMethod ? `${item.displayName}()` : item.displayName
  return `| ${code(name)} | ${code(typeOf(item))} | ${[summaryOf(item), ...throws].join(' ')} | ${byDefault} |`
}

const isShown = (item: ApiItem): boolean =>
  [ApiItemKind.Property, ApiItemKind.PropertySignature, ApiItemKind.Method, ApiItemKind.MethodSignature].includes(
    item.kind,
  )

const section = (item: ApiItem): string => {
  const members = item.members.filter(isShown)
  const throws = [item, ...item.members.filter(({ kind }) => kind === ApiItemKind.Constructor)]
    .flatMap((one) => blocksOf(one, '@throws'))
    .map((text) => `- Throws ${text}`)
  const excerpt =
    item instanceof ApiDeclaredItem && members.length === 0 ? `\`\`\`ts\n${item.excerpt.text}\n\`\`\`` : ''
  const table =
    members.length === 0
      ? ''
      : ['| member | type | what it is | default |', '|---|---|---|---|', ...members.map(row)].join('\n')
  const parts = [
    `## ${kinds[item.kind] ?? item.kind} ${code(item.displayName)}`,
    summaryOf(item),
    throws.join('\n'),
    excerpt,
    table,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** The page as the docstrings give it. */
export const constructReference = (): string => {
  const [entry] = readModel().packages.flatMap(({ entryPoints }) => entryPoints)
  const items = (entry?.members ?? []).toSorted(
    (a, b) => order(a) - order(b) || a.displayName.localeCompare(b.displayName),
  )
  return `# The construct

What \`import ... from 'token-refresher'\` offers. Made from the docstrings: \`npm run build && npm run reference\`. How to use it:
[guide](../guides/construct.md).

${items.map(section).join('\n\n')}
`
}

/** The construct and its properties come first. */
const order = ({ displayName }: ApiItem): number => {
  const at = ['TokenRefresher', 'TokenRefresherProps', 'Connection', 'MetricMethods'].indexOf(displayName)
  return at === -1 ? 9 : at
}

if (import.meta.main) writeFileSync(page, constructReference())
