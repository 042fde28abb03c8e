/**
 * Returns the sinusoidal embedding of a number: a training timestep, or one of SDXL's sizes. Computed here and not in
 * the graph: timesteps stay on the CPU, and the sines are rounded as torch rounds them.
 * Source: diffusers models/embeddings.py, get_timestep_embedding.
 *
 * @param value    a timestep may be fractional (Euler, Karras)
 * @param channels even
 * @returns [channels]; sine half first unless `flipSinToCos`
 */
export function sinusoidalEmbedding(
  value: number,
  channels: number,
  options: { flipSinToCos: boolean; freqShift: number },
): Float32Array {
  const half = channels >> 1
  const out = new Float32Array(channels)
  const [cosAt, sinAt] = options.flipSinToCos ? [0, half] : [half, 0]
  const t = Math.fround(value)
  for (let i = 0; i < half; i++) {
    const exponent = Math.fround(Math.fround(Math.fround(-Math.log(10000)) * i) / Math.fround(half - options.freqShift))
    const angle = Math.fround(t * Math.fround(Math.exp(exponent)))
    out[sinAt + i] = Math.sin(angle)
    out[cosAt + i] = Math.cos(angle)
  }
  return out
}
