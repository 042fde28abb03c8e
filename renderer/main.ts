/** Entry of the panels. */
import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './styles/tokens.css'
import './styles/base.css'
import './styles/floating.css'
import { mount } from 'svelte'
import { z } from 'zod'
import { getLocale } from './paraglide/runtime.js'
import App from './App.svelte'

// the page may not make code out of text
z.config({ jitless: true })
document.documentElement.lang = getLocale()

mount(App, { target: document.getElementById('app')! })
