/**
 * A repository of the Hugging Face hub: its files at one commit, with what can prove them. As huggingface_hub does it
 * (HfApi.model_info with files_metadata, hf_hub_url): files are fetched at the commit that was listed, so that a push
 * in between mixes nothing.
 */
import { z } from 'zod'
import { readJson } from './read-json.ts'
import type { HttpClient } from './http-client.ts'
import { checkPaths } from './safe-path.ts'

export interface RepositoryFile {
  /** With forward slashes. */
  readonly path: string
  readonly url: string
  readonly sizeBytes: number | null
  /** Of large files. */
  readonly sha256: string | null
  /** Of the others: the id of git's object. */
  readonly gitSha1: string | null
}

const Listing = z.object({
  sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  siblings: z
    .array(
      z.object({
        rfilename: z.string().min(1).max(4_096),
        size: z.int().min(0).nullish(),
        blobId: z
          .string()
          .regex(/^[0-9a-f]{40}$/)
          .nullish(),
        lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
      }),
    )
    .max(100_000),
})

/** Names are as the server gives them: `chooseFiles` and `checkPaths` come before any use. @throws {AppError} `download-…` */
export async function listRepository(
  http: HttpClient,
  hubUrl: string,
  repository: string,
  revision: string,
): Promise<RepositoryFile[]> {
  const at = encodeURIComponent(revision)
  const url = new URL(`/api/models/${repository}/revision/${at}?blobs=true`, hubUrl)
  const { sha, siblings } = await readJson(http, url, Listing, `${repository} at ${revision}`)
  return siblings.map(({ rfilename, size, blobId, lfs }) => ({
    path: rfilename,
    url: new URL(`/${repository}/resolve/${sha}/${rfilename.split('/').map(encodeURIComponent).join('/')}`, hubUrl)
      .href,
    sizeBytes: lfs?.size ?? size ?? null,
    sha256: lfs?.sha256 ?? null,
    gitSha1: lfs ? null : (blobId ?? null),
  }))
}

/** @throws {AppError} `download-…` */
export async function readModelIndex(http: HttpClient, file: RepositoryFile): Promise<Record<string, unknown>> {
  checkPaths([file.path])
  return await readJson(http, new URL(file.url), z.record(z.string(), z.unknown()), 'model_index.json')
}
