/** Who may import whom. The rules are explained in docs/architecture.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: [from, ...allowed, 'node_modules/@types/'] },
})
/** The engine's folders, each of which imports only from those before it. */
const ENGINE_ORDER = [
  'tensor',
  'numerics',
  'random',
  'schedulers',
  'image',
  'weights',
  'tokenizer',
  'onnx',
  'runtime',
  'networks',
  'conditioning',
  'architectures',
  'checkpoints',
  'pipelines',
  'child',
]
const inOrder = ENGINE_ORDER.map((folder, i) => ({
  name: `engine-${folder}-imports-from-before-it`,
  severity: 'error',
  from: { path: `^electron/engine/${folder}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^electron/engine/',
    pathNot: [folder, ...ENGINE_ORDER.slice(0, i)].map((allowed) => `^electron/engine/${allowed}/`),
  },
}))
const core = '^(node:)?[a-z_/]+$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { pathNot: ['^test/', '\\.test\\.ts$'] },
      to: { path: '^test/|\\.test\\.ts$' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('shared-imports-zod-only', '^shared/', ['node_modules/zod']),
    only('engine-knows-no-host', '^electron/engine/', ['^shared/', 'node_modules/(zod|sharp|onnxruntime)', core]),
    {
      name: 'onnxruntime-only-in-runtime',
      severity: 'error',
      from: { pathNot: ['^electron/engine/runtime/', '^test/', '\\.test\\.ts$'] },
      to: { path: 'onnxruntime' },
    },
    ...inOrder,
    only('supervisor-meets-engine-at-the-protocol', '^electron/supervisor/', ['^shared/', 'node_modules/zod', core]),
    only('db-knows-rows-only', '^electron/db/', ['^shared/', 'node_modules/better-sqlite3', core]),
    only('services', '^electron/services/', [
      '^shared/',
      '^electron/(db|supervisor)/',
      'node_modules/(zod|sharp|yazl|env-paths)',
      core,
    ]),
    only('renderer-talks-through-the-contract', '^renderer/(?!paraglide)', ['^renderer/', '^shared/', 'node_modules/']),
    {
      name: 'components-know-no-state',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^renderer/(features|state)/' },
    },
    {
      name: 'state-knows-no-feature',
      severity: 'error',
      from: { path: '^renderer/(state|api)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^renderer/features/' },
    },
    {
      name: 'electron-only-in-main-and-preload',
      severity: 'error',
      from: { pathNot: ['^electron/(main|preload)/', '^test/desktop/'] },
      to: { path: 'node_modules/electron(/|$)' },
    },
    only('preload-is-small', '^electron/preload/', ['^shared/contract/desktop-bridge', 'node_modules/electron']),
    {
      name: 'hosts-are-apart',
      severity: 'error',
      from: { path: '^electron/main/' },
      to: { path: '^electron/(web|cli)/' },
    },
    {
      name: 'hosts-do-not-reach-into-the-engine',
      comment: 'the command line may run the engine in process; main and web may not',
      severity: 'error',
      from: { path: '^electron/(main|web)/' },
      to: { path: '^electron/engine/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
