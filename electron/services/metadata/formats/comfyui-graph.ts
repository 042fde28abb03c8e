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
const VALUE_INPUTS = [
  'value',
  'Value',
  'int',
  'float',
  'number',
  'seed',
  'text',
  'string',
  'String',
  'prompt',
  'text_0',
]

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
    let value = input
    for (let step = 0; step < MAX_STEPS; step++) {
      if (linkOf(value) === undefined) return typeof value === 'object' ? undefined : value
      const node = this.linked(value)
      if (node === undefined) return undefined
      const name = isReroute(node) ? '' : VALUE_INPUTS.find((name) => Object.hasOwn(node.inputs, name))
      if (name === undefined) return undefined
      value = node.inputs[name]
    }
    return undefined
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

/** Bends of the wire, without a meaning of their own. */
function isReroute(node: GraphNode): boolean {
  return Object.hasOwn(node.inputs, '') && Object.keys(node.inputs).length === 1
}
