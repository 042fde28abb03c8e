/**
 * The page that asks a person for the token, where the browser has not shown it yet. It needs no script: its form is
 * sent to the address it stands at, which then opens, the place within the panels (#/history) included.
 */
import type { WireError } from '#shared/errors.ts'
import { escapeHtml, plainPage } from '../services/pages/plain-page.ts'

export type SignInProblem = Pick<WireError, 'code' | 'data'>

interface Texts {
  readonly title: string
  readonly intro: string
  readonly token: string
  readonly signIn: string
  readonly wrong: string
  readonly wait: (seconds: number) => string
  readonly where: string
  readonly whereHelp: string
}

const TEXTS = {
  en: {
    title: 'Sign in to Reprise',
    intro: 'Enter the token of this studio. The browser stays signed in afterwards.',
    token: 'Token',
    signIn: 'Sign in',
    wrong: 'That is not the token of this studio.',
    wait: (seconds) => `Too many wrong tokens. Try again in ${seconds} s.`,
    where: 'Where do I find the token?',
    whereHelp:
      'In the terminal where <code>reprise serve</code> runs, at the end of the address that it printed: what follows <code>token=</code>. You can also open that whole address.',
  },
  de: {
    title: 'Bei Reprise anmelden',
    intro: 'Geben Sie das Token dieses Studios ein. Danach bleibt der Browser angemeldet.',
    token: 'Token',
    signIn: 'Anmelden',
    wrong: 'Das ist nicht das Token dieses Studios.',
    wait: (seconds) => `Zu viele falsche Token. Versuchen Sie es in ${seconds} s noch einmal.`,
    where: 'Wo finde ich das Token?',
    whereHelp:
      'Im Terminal, in dem <code>reprise serve</code> läuft, am Ende der ausgegebenen Adresse: alles hinter <code>token=</code>. Sie können auch die ganze Adresse öffnen.',
  },
  fr: {
    title: 'Se connecter à Reprise',
    intro: 'Saisissez le jeton de ce studio. Le navigateur restera ensuite connecté.',
    token: 'Jeton',
    signIn: 'Se connecter',
    wrong: 'Ce n’est pas le jeton de ce studio.',
    wait: (seconds) => `Trop de jetons erronés. Réessayez dans ${seconds} s.`,
    where: 'Où trouver le jeton ?',
    whereHelp:
      'Dans le terminal où <code>reprise serve</code> s’exécute, à la fin de l’adresse affichée : ce qui suit <code>token=</code>. Vous pouvez aussi ouvrir cette adresse entière.',
  },
} as const satisfies Record<string, Texts>

type Language = keyof typeof TEXTS

/** @param acceptLanguage what the browser says about its person's languages */
export function signInPage(acceptLanguage: string | undefined, problem?: SignInProblem): string {
  const language = preferredLanguage(acceptLanguage)
  const texts: Texts = TEXTS[language]
  const message = problem === undefined ? undefined : problemText(problem, texts)
  return plainPage(
    texts.title,
    `<p class="dim">${texts.intro}</p>
<form method="post">
<label for="token">${texts.token}</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" spellcheck="false"${
      message === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"'
    }>
${message === undefined ? '' : `<p class="bad" id="problem" role="alert">${escapeHtml(message)}</p>`}
<button>${texts.signIn}</button>
</form>
<details><summary>${texts.where}</summary><p>${texts.whereHelp}</p></details>`,
    language,
  )
}

function problemText({ code, data }: SignInProblem, texts: Texts): string {
  return code === 'too-many-requests' ? texts.wait(Number(data.retryAfterSeconds)) : texts.wrong
}

/** In the order of their weights, the first that there is. */
function preferredLanguage(acceptLanguage = ''): Language {
  const wanted = acceptLanguage.split(',').map((part) => {
    const [tag, ...parameters] = part.trim().toLowerCase().split(';')
    const weight = /^\s*q=([\d.]+)/.exec(parameters[0] ?? '')?.[1]
    return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) }
  })
  const known = wanted.filter(({ language }) => language in TEXTS).sort((a, b) => b.weight - a.weight)
  return (known.at(0)?.language ?? 'en') as Language
}
