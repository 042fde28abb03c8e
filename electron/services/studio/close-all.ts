/** Ends what was begun, the last first; one that fails holds up none of the others. */
export type End = () => unknown

/** @throws the first failure, after all have had their turn. */
export async function closeAll(ends: End[]): Promise<void> {
  const failures: unknown[] = []
  for (const end of ends.splice(0).reverse()) {
    try {
      await end()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
