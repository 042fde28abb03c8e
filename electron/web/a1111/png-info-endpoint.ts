/** POST png-info: the settings in an image, as A1111 reads them. */
import { z } from 'zod'
import { readTexts } from '../../services/metadata/read-texts.ts'
import { parseInfotext } from '../../services/metadata/formats/infotext.ts'
import { decodeImage } from './decode-image.ts'
import { post, type Endpoint } from './endpoint.ts'
import { requiredText } from './fields.ts'

const PngInfoBody = z.looseObject({ image: requiredText })

/** Where programs keep the text: a chunk of a PNG, the user comment of a JPEG or WebP, the comment of a JPEG. */
const INFO_NAMES = ['parameters', 'UserComment', 'Comment']

export function pngInfoEndpoint(): Endpoint {
  return {
    ...post('png-info', 'The settings in an image', PngInfoBody, async ({ image }) => {
      const texts = await readTexts(decodeImage(image, ['body', 'image']))
      const infoName = INFO_NAMES.find((name) => texts.has(name))
      const info = infoName === undefined ? '' : texts.get(infoName)!
      const parsed = parseInfotext(info)
      return {
        info,
        items: Object.fromEntries(texts),
        parameters:
          parsed === undefined
            ? {}
            : { Prompt: parsed.prompt, 'Negative prompt': parsed.negativePrompt, ...Object.fromEntries(parsed.pairs) },
      }
    }),
    isHeavy: true,
  }
}
