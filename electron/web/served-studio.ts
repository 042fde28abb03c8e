/** What the web server needs of a studio. */
import type { Router } from '../services/contract/router.ts'
import type { EventBus } from '../services/events/event-bus.ts'
import type { StudioFiles } from '../services/studio/studio-files.ts'

export interface ServedStudio {
  readonly router: Router
  readonly bus: Pick<EventBus, 'epoch' | 'lastNumber' | 'listen' | 'since'>
  readonly files: StudioFiles
}
