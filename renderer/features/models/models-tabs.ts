/** The parts of the models' panel; the address says which one is shown. */

export const MODELS_TABS = ['installed', 'files', 'downloads', 'folders'] as const
export type ModelsTab = (typeof MODELS_TABS)[number]

export function modelsTab(params: URLSearchParams): ModelsTab {
  return MODELS_TABS.find((tab) => tab === params.get('tab')) ?? 'installed'
}
