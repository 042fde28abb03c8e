/**
 * ComfyUI's graph as it was sent to be run: nodes by id, whose inputs are values or links `["id", output]`. Ways through
 * it end after a number of steps, since a graph out of a file may lead in circles.
 */
import { parseJson } from '../parse-json.ts'
import { recordOf } from '../values.ts'

export interface GraphNode {
  readonly id: string
  readonly type: string
  readonly inputs: Readonly<Record<string, unknown>>
}
interface Link {
  readonly id: string
  readonly output: number
}

const MAX_NODES = 5000
const MAX_STEPS = 100
/** Where nodes that only hold a value keep it, and those that make a text. */
const VALUE_INPUTS = ['value', 'Value', 'int', 'float', 'number', 'seed', 'text', 'string', 'String', 'prompt']
/** Of nodes that show a text: what was shown, which is what was run; the text's own input is where it came from. */
const SHOWN_INPUTS = ['text_0', 'preview_text', 'displayed_text']
/** Of nodes that only show what goes through them. */
const PASSED_INPUTS = ['text', 'source', 'anything', 'value', 'any']
const SHOWS = /^(show|display|preview)|show ?(text|any)|preview ?(text|any|as ?text)/i
/** Types that hold what a person wrote, of ComfyUI itself and of the packs that are met most. */
const HOLDS =
  /^(primitive|int|integer|float|string|number|text|seed|prompt)(node|int|integer|float|string|boolean|number)?$|primitive|constant|literal|multi-?line|(^|[^a-z])seed([^a-z]|$)|^(text|string|int|integer|float|number) (box|string|input)|^(cr|easy|ttn) (prompt text|text|seed|int|integer|float|string|positive|negative|prompt)$|^impact(int|float)$|^jw(integer|float|string)$/i
/** Those of them that sound as if they changed it. */
const HOLDS_NAMED = /multi-?line|^seed generator|^primitive/i
/** Types that make something else of what goes in, whatever their inputs are called. */
const CHANGES =
  /replace|find|lower|upper|case|concat|join|append|prepend|combine|random|wildcard|dynamic|styl|format|split|regex|parse|trim|strip|translat|truncat|remove|convert|math|expression|calculat|evaluat|function|generat|enhanc|increment|switch|select|list|line|cutoff|substring|slice|template|operation|llm|gpt|caption|interrogat|tagger/i

export class ComfyGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>

  constructor(nodes: ReadonlyMap<string, GraphNode>) {
    this.nodes = nodes
  }

  /** @returns the node that an input is linked to; undefined for a value or a link to nowhere */
  linked(input: unknown): (GraphNode & { readonly output: number }) | undefined {
    const link = linkOf(input)
    const node = link && this.nodes.get(link.id)
    return node && { ...node, output: link.output }
  }

  /** A value, through links to nodes that hold it; undefined if it is computed in a way that is not known. */
  value(input: unknown): unknown {
    return this.trace(input).value
  }

  /** The same, with the first node on the way that may have made something else of it. */
  trace(input: unknown): { readonly value: unknown; readonly through?: GraphNode } {
    let value = input
    let through: GraphNode | undefined
    for (let step = 0; step < MAX_STEPS; step++) {
      if (linkOf(value) === undefined) {
        return { value: typeof value === 'object' ? undefined : value, ...(through && { through }) }
      }
      const node = this.linked(value)
      const name = node && valueInput(node)
      if (node === undefined || name === undefined) break
      if (!isKnownHolder(node)) through ??= node
      value = node.inputs[name]
    }
    return { value: undefined }
  }

  /**
   * The nodes on a way, from the one that an input is linked to on.
   *
   * @param nextInput the input that the way goes on by; undefined at its end
   */
  way(input: unknown, nextInput: (node: GraphNode & { readonly output: number }) => unknown): GraphNode[] {
    const nodes: GraphNode[] = []
    let next = input
    for (let step = 0; step < MAX_STEPS; step++) {
      const node = this.linked(next)
      if (node === undefined) break
      if (!isReroute(node)) nodes.push(node)
      next = isReroute(node) ? node.inputs[''] : nextInput(node)
    }
    return nodes
  }

  /** Ids of all nodes that lead to these, these included. */
  before(ids: readonly string[]): Set<string> {
    const found = new Set(ids)
    for (const id of found) {
      for (const input of Object.values(this.nodes.get(id)?.inputs ?? {})) {
        const link = linkOf(input)
        if (link !== undefined && this.nodes.has(link.id)) found.add(link.id)
      }
    }
    return found
  }
}

/** @returns undefined if the text is no graph */
export function parseComfyGraph(text: string): ComfyGraph | undefined {
  const json = recordOf(parseJson(text))
  if (json === undefined) return undefined
  const nodes = new Map<string, GraphNode>()
  for (const [id, value] of Object.entries(json).slice(0, MAX_NODES)) {
    const node = recordOf(value)
    const inputs = recordOf(node?.inputs)
    if (typeof node?.class_type === 'string' && inputs !== undefined)
      nodes.set(id, { id, type: node.class_type, inputs })
  }
  return nodes.size === 0 ? undefined : new ComfyGraph(nodes)
}

function linkOf(input: unknown): Link | undefined {
  if (!Array.isArray(input) || input.length !== 2) return undefined
  const [id, output] = input as unknown[]
  return (typeof id === 'string' || typeof id === 'number') && typeof output === 'number'
    ? { id: String(id), output }
    : undefined
}

/** @returns undefined where what goes out is not what one input is */
function valueInput(node: GraphNode): string | undefined {
  if (isReroute(node)) return ''
  const has = (name: string): boolean => Object.hasOwn(node.inputs, name)
  if (SHOWS.test(node.type)) {
    const shown = SHOWN_INPUTS.find((name) => typeof node.inputs[name] === 'string' && node.inputs[name] !== '')
    return shown ?? PASSED_INPUTS.find(has)
  }
  if (CHANGES.test(node.type) && !HOLDS_NAMED.test(node.type)) return undefined
  return VALUE_INPUTS.find(has)
}

function isKnownHolder(node: GraphNode): boolean {
  return isReroute(node) || SHOWS.test(node.type) || HOLDS.test(node.type)
}

/** Bends of the wire, without a meaning of their own. */
function isReroute(node: GraphNode): boolean {
  return Object.hasOwn(node.inputs, '') && Object.keys(node.inputs).length === 1
}
