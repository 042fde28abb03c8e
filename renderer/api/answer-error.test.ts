import { expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { answerError } from './answer-error.ts'

test('what the studio says is the error; of a page that something else sends, the status is', async () => {
  const said = new AppError('image-invalid', 'no picture').toWire()
  const told = await answerError(new Response(JSON.stringify(said), { status: 400 }), 'the upload')
  expect([told.code, told.message]).toEqual(['image-invalid', 'no picture'])
  const page = await answerError(new Response('<h1>Too large</h1>', { status: 413 }), 'the upload')
  expect([page.code, page.message]).toEqual(['internal', 'the upload failed (413)'])
})
