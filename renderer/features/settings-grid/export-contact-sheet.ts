/** A comparison as one picture with everything written on it, to be kept or shown. */
import type { ImageDetail } from '#shared/contract/history.ts'
import { AppError } from '#shared/errors.ts'
import { saveFile } from '#renderer/api/save-file.ts'
import { formatNumber } from '#renderer/text/numbers.ts'
import * as m from '#renderer/paraglide/messages.js'
import type { PlannedImage } from '#renderer/features/batch/plan.ts'
import type { PlannedJobs } from '#renderer/features/batch/planned-jobs.svelte.ts'
import type { StudioState } from '#renderer/state/studio-state.svelte.ts'
import { axisName } from './axis-names.ts'
import type { AxisSetting } from './axes.ts'
import { layoutContactSheet, type SheetContent } from './contact-sheet-layout.ts'
import { drawContactSheet, loadBitmap, loadSheetFont } from './draw-contact-sheet.ts'
import type { Axis, Comparison } from './plan-comparison.ts'

interface Source {
  readonly plan: Comparison
  readonly axes: readonly Axis[]
  readonly jobs: PlannedJobs
  readonly type: 'image/png' | 'image/webp'
}

/** @throws {AppError} `invalid-argument` if it does not fit into one picture, `image-file-missing` */
export async function exportContactSheet(studio: StudioState, { plan, axes, jobs, type }: Source): Promise<void> {
  const idOf = (image: PlannedImage): number | undefined => jobs.itemOf(image)?.imageId ?? undefined
  const made = plan.sheets
    .flatMap(({ rows }) => rows.flatMap(({ images }) => images))
    .filter((image) => idOf(image) !== undefined)
  const [columnsName, rowsName, sheetsName] = axes.map(({ setting }) =>
    setting === undefined ? '' : axisName(setting),
  )
  const details = await studio.images.load(idOf(made[0])!)
  const labels = (label: string, name: string): string => (label === '' && name !== '' ? m.axes_nothing() : label)
  const content: SheetContent = {
    title: made[0].prompt,
    facts: sharedFacts(details, axes),
    ...{ columnsName, rowsName },
    columns: plan.columns.map((label) => labels(label, columnsName)),
    sheets: plan.sheets.map(({ label, rows }) => ({
      label: sheetsName === '' ? '' : `${sheetsName}: ${labels(label, sheetsName)}`,
      rows: rows.map((row) => labels(row.label, rowsName)),
    })),
    ...(await largestSize(made, idOf)),
  }
  const measure = await loadSheetFont(JSON.stringify(content))
  const layout = layoutContactSheet(content, measure)
  if (layout === undefined) throw new AppError('invalid-argument', m.axes_sheet_too_large())
  const at = (sheet: number, row: number, column: number): number | undefined =>
    idOf(plan.sheets[sheet].rows[row].images[column])
  const blob = await drawContactSheet(layout, at, type)
  saveFile(blob, `reprise-comparison-${details.seed ?? 0n}.${type === 'image/png' ? 'png' : 'webp'}`)
  const size = `${formatNumber(layout.widthPx)} × ${formatNumber(layout.heightPx)}`
  const percent = Math.round(layout.scale * 100)
  studio.toasts.info(percent < 100 ? m.axes_sheet_smaller({ size, percent }) : m.axes_sheet_saved({ size }))
}

/** Of each set of settings one image is looked at: the others have its size. */
async function largestSize(
  made: readonly PlannedImage[],
  idOf: (image: PlannedImage) => number | undefined,
): Promise<{ cellWidthPx: number; cellHeightPx: number }> {
  const size = { cellWidthPx: 1, cellHeightPx: 1 }
  for (const image of new Map(made.map((each) => [each.settingsKey, each])).values()) {
    const bitmap = await loadBitmap(idOf(image)!).catch(() => undefined)
    size.cellWidthPx = Math.max(size.cellWidthPx, bitmap?.width ?? 1)
    size.cellHeightPx = Math.max(size.cellHeightPx, bitmap?.height ?? 1)
    bitmap?.close()
  }
  return size
}

/** What no axis changes, as the images were really made. */
function sharedFacts(image: ImageDetail, axes: readonly Axis[]): string[] {
  const { negativePrompt, modelName, scheduler, sigmas, numInferenceSteps, guidanceScale, widthPx, heightPx, seed } =
    image
  const facts: [AxisSetting, string | undefined][] = [
    ['model', modelName],
    ['scheduler', scheduler],
    ['sigmas', sigmas === 'default' ? undefined : sigmas],
    ['steps', numInferenceSteps === undefined ? undefined : `${numInferenceSteps} ${m.shell_steps_unit()}`],
    ['guidance', guidanceScale === undefined ? undefined : `${guidanceScale} ${m.shell_guidance_unit()}`],
    ['size', `${widthPx} × ${heightPx}`],
    ['seed', seed === undefined ? undefined : `${m.seed()} ${seed}`],
    [
      'negative',
      negativePrompt === undefined || negativePrompt === ''
        ? undefined
        : `${m.batch_field_negative()}: ${negativePrompt}`,
    ],
  ]
  return facts
    .filter(([setting]) => axes.every((axis) => axis.setting !== setting))
    .map(([, text]) => text)
    .filter((text) => text !== undefined)
}
