"""Muon (Jordan et al., 2024): momentum whose matrices are made orthogonal.

Learns faster per step than Adam on convolutions and linear layers. Weights
with two and more dimensions go through Muon (kernels as matrices of one row
per output); the others (biases, norms, embeddings) through Adam.
"""
import torch


def orthogonal(g, steps=5):
    """The nearest semi-orthogonal matrix, roughly, by Newton-Schulz steps."""
    x = g.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T.contiguous() if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    return (x.T if tall else x).to(g.dtype)


class Muon(torch.optim.Optimizer):
    """One optimizer for all weights; `lr` is for Muon, `adam` x lr for the others."""

    def __init__(self, params, lr, momentum=0.95, decay=0.0, adam=0.1, plain=()):
        self.plain = {id(p) for p in plain}
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay, "adam": adam})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            lr, keep = group["lr"], group["momentum"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["m"], state["v"], state["t"] = torch.zeros_like(p), None, 0
                state["t"] += 1
                if p.dim() >= 2 and id(p) not in self.plain:
                    state["m"].lerp_(p.grad, 1 - keep)
                    g = p.grad.lerp(state["m"], keep).flatten(1)
                    rows, cols = g.shape
                    u = orthogonal(g) * (0.2 * max(rows, cols) ** 0.5)
                    p.mul_(1 - lr * group["decay"]).add_(u.view_as(p), alpha=-lr)
                else:
                    if state["v"] is None:
                        state["v"] = torch.zeros_like(p)
                    t = state["t"]
                    state["m"].lerp_(p.grad, 0.1)
                    state["v"].lerp_(p.grad.square(), 0.01)
                    v = (state["v"] / (1 - 0.99 ** t)).sqrt_().add_(1e-8)
                    p.addcdiv_(state["m"] / (1 - 0.9 ** t), v, value=-lr * group["adam"])
