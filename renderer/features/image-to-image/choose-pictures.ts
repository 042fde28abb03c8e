/** The system's own window for choosing files. */
export function choosePictures(take: (files: Iterable<File>) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.accept = '.png,.jpg,.jpeg,.jfif,.webp,.gif,.tif,.tiff,.avif,image/*'
  input.addEventListener('change', () => {
    take(input.files ?? [])
  })
  input.click()
}
