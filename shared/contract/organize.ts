/** What people arrange their images by: tags and collections. */
import { z } from 'zod'
import { Done, Nothing, procedure } from './procedure.ts'
import { Id, Ids, Name } from './values.ts'

const TagViewSchema = z.object({ id: Id, name: z.string(), imageCount: z.int() })
const CollectionViewSchema = z.object({ id: Id, name: z.string(), createdAtMs: z.int(), imageCount: z.int() })

export const tagsContract = {
  list: procedure(Nothing, z.array(TagViewSchema)),
  rename: procedure(z.strictObject({ id: Id, name: Name }), Done),
  remove: procedure(z.strictObject({ id: Id }), Done),
  /** New names become tags. */
  addToImages: procedure(z.strictObject({ imageIds: Ids, names: z.array(Name).min(1).max(50) }), Done),
  removeFromImages: procedure(z.strictObject({ imageIds: Ids, tagIds: z.array(Id).min(1).max(50) }), Done),
}

export const collectionsContract = {
  list: procedure(Nothing, z.array(CollectionViewSchema)),
  create: procedure(z.strictObject({ name: Name }), CollectionViewSchema),
  rename: procedure(z.strictObject({ id: Id, name: Name }), Done),
  /** The images stay. */
  remove: procedure(z.strictObject({ id: Id }), Done),
  addImages: procedure(z.strictObject({ id: Id, imageIds: Ids }), Done),
  removeImages: procedure(z.strictObject({ id: Id, imageIds: Ids }), Done),
}
