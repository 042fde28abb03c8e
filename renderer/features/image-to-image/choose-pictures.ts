/** The system's own window for choosing files, or a folder with all that is in it. */
export function choosePictures(take: (files: File[]) => void, { folder = false } = {}): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  if (folder) input.webkitdirectory = true
  else input.accept = '.png,.jpg,.jpeg,.jfif,.webp,.gif,.tif,.tiff,.avif,image/*'
  input.addEventListener('change', () => {
    take([...(input.files ?? [])])
  })
  input.click()
}
