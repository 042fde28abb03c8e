/**
 * What only the desktop window has: dialogs, files dragged out of it and opened with it, secrets of the system's
 * keyring. Called as the studio's own procedures are (`desktop.chooseFolder`), over IPC.
 */
import { z } from 'zod'
import { WireErrorSchema } from '../errors.ts'
import { ExportOptionsSchema } from './history.ts'
import { InputViewSchema } from './inputs.ts'
import { Done, Nothing, procedure } from './procedure.ts'
import { Id, Ids } from './values.ts'
import { ServerMessageSchema } from './wire.ts'

/** The server that a token is for and goes to alone: "huggingface.co", with its port where it is not the usual one. */
const TokenHost = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}(:\d{1,5})?$/, 'a server such as huggingface.co')

/** What could not be done, and with which file or image. */
const Problem = z.object({ name: z.string(), error: WireErrorSchema })

const TakenFilesSchema = z.object({
  /** Pictures became inputs. Their paths stay unknown to pages, but not what they are called. */
  inputs: z.array(InputViewSchema.extend({ name: z.string() })),
  /** Models that were found in folders, and single files of models. */
  modelCount: z.int(),
  problems: z.array(Problem),
})
export type TakenFiles = z.output<typeof TakenFilesSchema>

export const desktopContract = {
  /** Null: the person cancelled; as in all dialogs. */
  chooseFolder: procedure(z.strictObject({ title: z.string().max(200) }), z.object({ path: z.string() }).nullable()),
  chooseInputs: procedure(Nothing, TakenFilesSchema),
  /** One image under a name of the person's choice, several into a folder, where nothing is written over. */
  saveImages: procedure(
    z.strictObject({ ids: Ids, options: ExportOptionsSchema.prefault({}) }),
    z.object({ savedCount: z.int(), problems: z.array(Problem) }).nullable(),
  ),
  /** In the system's file manager. */
  showImage: procedure(z.strictObject({ id: Id }), Done),
  /** At the start of a drag: the system takes over with the files of these images. */
  startDrag: procedure(z.strictObject({ ids: Ids }), Done),
  /** `isKept`: encrypted by the system's keyring; else it is known until the app ends. */
  setToken: procedure(
    z.strictObject({ host: TokenHost, token: z.string().trim().min(1).max(1_000) }),
    z.object({ isKept: z.boolean() }),
  ),
  removeToken: procedure(z.strictObject({ host: TokenHost }), Done),
  /** Servers that have one: no page reads a token. */
  tokenHosts: procedure(Nothing, z.array(TokenHost)),
}

export const desktopAreas = { desktop: desktopContract }

export const DesktopMessageSchema = z.discriminatedUnion('type', [
  ...ServerMessageSchema.options,
  /** Files were opened with the app, or dropped on its icon or its window. */
  TakenFilesSchema.extend({ type: z.literal('opened') }),
  /** Something that the person should read. */
  z.object({ type: z.literal('notice'), message: z.string() }),
])
export type DesktopMessage = z.output<typeof DesktopMessageSchema>
