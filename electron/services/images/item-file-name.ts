/** What the file of a job's item is called, so that a file without a row tells whose it is. */

/** "12-0003" for item 3 of job 12, counted from 0; the store adds "-<seed>.png". */
export function itemFileName(item: { jobId: number; itemIndex: number }): string {
  return `${item.jobId}-${String(item.itemIndex).padStart(4, '0')}`
}

/** @param fileName with or without folders: "images/2026-11-21/12-0003-7.png" */
export function itemOfFileName(fileName: string): { jobId: number; itemIndex: number } | undefined {
  const found = /(?:^|\/)(\d{1,15})-(\d{4,9})-\d{1,20}(?:-\d+)?\.png$/.exec(fileName)
  return found === null ? undefined : { jobId: Number(found[1]), itemIndex: Number(found[2]) }
}
