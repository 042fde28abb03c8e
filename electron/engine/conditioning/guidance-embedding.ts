/**
 * The guidance scale as an input of networks that were distilled with it (LCM).
 * Must match get_guidance_scale_embedding of diffusers' StableDiffusionPipeline.
 *
 * @returns [features]: sines, then cosines
 */
export function guidanceEmbedding(guidanceScale: number, features: number): Float32Array {
  const { fround } = Math
  const half = features >> 1
  const scale = fround(fround(guidanceScale - 1) * 1000)
  const exponent = fround(-Math.log(10000) / (half - 1))
  const out = new Float32Array(features)
  for (let i = 0; i < half; i++) {
    const angle = fround(scale * fround(Math.exp(fround(i * exponent))))
    out[i] = Math.sin(angle)
    out[half + i] = Math.cos(angle)
  }
  return out
}
