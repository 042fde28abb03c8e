/** All state of the panels in one object, which components get by `getStudio()`. */
import { Connection } from '#renderer/api/connection.svelte.ts'
import { Appearance } from './appearance.svelte.ts'
import { BatchDraft } from './batch-draft.svelte.ts'
import { DownloadsState } from './downloads-state.svelte.ts'
import { GenerationDraft } from './generation-draft.svelte.ts'
import { ImageToImageDraft } from './image-to-image-draft.svelte.ts'
import { ImageActions } from './image-actions.ts'
import { ImagesState } from './images-state.svelte.ts'
import { JobsState } from './jobs-state.svelte.ts'
import { ModelFilesState } from './model-files-state.svelte.ts'
import { ModelsState } from './models-state.svelte.ts'
import { Overlays } from './overlays.svelte.ts'
import { PresetsState } from './presets-state.svelte.ts'
import { Route } from './route.svelte.ts'
import { Selection } from './selection.svelte.ts'
import { SettingsState } from './settings-state.svelte.ts'
import { Shortcuts } from './shortcuts.svelte.ts'
import { Toasts } from './toasts.ts'

export class StudioState {
  readonly connection = new Connection()
  /** Calls to the studio: `studio.api.jobs.add({ … })`. */
  readonly api = this.connection.client
  readonly jobs = new JobsState(this.connection)
  readonly images = new ImagesState(this.connection)
  readonly models = new ModelsState(this.connection)
  readonly modelFiles = new ModelFilesState(this.connection)
  readonly downloads = new DownloadsState(this.connection)
  readonly settings = new SettingsState(this.connection)
  readonly presets = new PresetsState(this.connection)
  readonly route = new Route()
  readonly selection = new Selection()
  readonly shortcuts = new Shortcuts()
  readonly toasts = new Toasts()
  readonly appearance = new Appearance()
  readonly generation = new GenerationDraft()
  readonly batch = new BatchDraft()
  readonly imageToImage = new ImageToImageDraft((bytes) => this.api.metadata.read({ bytes }))
  readonly overlays = new Overlays(this.route)
  readonly actions = new ImageActions(this)
  /** Drawer of the queue. */
  isQueueOpen = $state(false)
}
