/**
 * One text-to-image run of the engine in this process: node reprise-run.ts DIR STEPS [SIZE [THREADS]]. Prints what
 * diffusers_run.py prints, and the share of a step that is spent outside of ONNX Runtime.
 */
import { generate } from '#engine/pipelines/generate.ts'

const [dir, steps, size = '512', threads = '2'] = process.argv.slice(2)
const marks: number[] = []
const result = await generate(
  {
    kind: 'text-to-image',
    modelDir: dir,
    items: [{ prompt: 'a red house on a hill', negativePrompt: '', seed: 0n }],
    numInferenceSteps: Number(steps),
    guidanceScale: 7.5,
    widthPx: Number(size),
    heightPx: Number(size),
    threads: Number(threads),
  },
  {
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'step') marks.push(performance.now())
    },
  },
)
const spans = marks
  .slice(1)
  .map((mark, i) => mark - marks[i])
  .sort((a, b) => a - b)
const outsideMs = (result.stepsMs - result.stepsRuntimeMs) / result.stepCount
console.log(
  JSON.stringify({
    loadSeconds: round(result.loadMs / 1000, 2),
    secondsPerStep: round(spans[spans.length >> 1] / 1000, 3),
    totalSeconds: round(result.totalMs / 1000, 2),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    outsideRuntimeMsPerStep: round(outsideMs, 2),
    outsideRuntimeShare: round(outsideMs / (result.stepsMs / result.stepCount), 4),
  }),
)

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
