"""What the training scripts share: seeds, data, averaged weights, checkpoints."""
import json
import math
import os
import time

import numpy as np
import torch
import torch.distributed as dist

THREADS = 1


def start(seed):
    """One torch thread (more are slower beside other work) and a fixed seed."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(seed)
    np.random.seed(seed)


def load_data(path):
    """The drawn pictures, uint8 [n, 128, 128, 3], and their descriptions."""
    data = np.load(path)
    return data["pictures"], json.loads(str(data["specs"]))


def to_tensor(pictures):
    """uint8 [n, h, w, 3] to float [n, 3, h, w] from -1 to 1."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
    return x.float().div_(127.5).sub_(1).contiguous()


def to_pictures(tensor):
    """The way back: float [n, 3, h, w] to uint8 [n, h, w, 3]."""
    x = tensor.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte()
    return x.permute(0, 2, 3, 1).cpu().numpy()


def rank():
    """Which of the workers this is; 0 if it is alone."""
    return dist.get_rank() if dist.is_initialized() else 0


class Run:
    """A training run with a time budget that can stop and go on.

    `seconds` is the budget of training time; the learning rate warms up and
    then falls along a cosine with the share of the budget that is used.
    """

    def __init__(self, modules, lr, seconds, path, ema=0.999, optimizer=None, save_every=240):
        self.modules, self.lr, self.seconds, self.path = modules, lr, seconds, path
        self.params = [p for m in modules.values() for p in m.parameters()]
        self.optimizer = optimizer or torch.optim.AdamW(self.params, lr, betas=(0.9, 0.99), weight_decay=0, fused=True)
        self.average = [p.detach().clone() for p in self.params]
        self.ema, self.step, self.used, self.save_every = ema, 0, 0.0, save_every
        self.last, self.saved = time.time(), time.time()
        if os.path.exists(path):
            state = torch.load(path, weights_only=True)
            for name, module in modules.items():
                module.load_state_dict(state[name])
            self.optimizer.load_state_dict(state["optimizer"])
            self.average = state["average"]
            self.step, self.used = state["step"], state["used"]
            print(f"goes on at step {self.step}, {self.used:.0f} s", flush=True)

    @property
    def share(self):
        """How much of the budget is used, 0 to 1."""
        return min(1.0, self.used / self.seconds)

    def update(self, loss):
        """One optimizer step; keeps time, averages the weights, saves now and then."""
        rate = self.lr * min(1, (self.step + 1) / 100) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * self.share)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss.backward()
        now = time.time()
        self.used, self.last = self.used + now - self.last, now
        self.share_gradients()
        torch.nn.utils.clip_grad_norm_(self.params, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(self.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.params, 1 - keep)
        if now - self.saved > self.save_every and rank() == 0:
            self.save()
            return True
        return False

    def share_gradients(self):
        """With several workers: the mean of their gradients, in one message."""
        if not dist.is_initialized():
            return
        grads = [p.grad for p in self.params if p.grad is not None]
        used = torch.tensor([self.used])  # agreed on too, so that all end at the same step
        flat = torch._utils._flatten_dense_tensors([*grads, used])
        dist.all_reduce(flat)
        flat /= dist.get_world_size()
        for g, part in zip([*grads, used], torch._utils._unflatten_dense_tensors(flat, [*grads, used])):
            g.copy_(part)
        self.used = used.item()

    def save(self):
        """Writes the checkpoint (to a second file first, so that none is ever half)."""
        state = {name: m.state_dict() for name, m in self.modules.items()}
        state |= {"optimizer": self.optimizer.state_dict(), "average": self.average,
                  "step": self.step, "used": self.used}
        torch.save(state, f"{self.path}.new")
        os.replace(f"{self.path}.new", self.path)
        self.saved = self.last = time.time()

    def swap(self):
        """Exchanges the weights and their running average (call again to undo)."""
        with torch.no_grad():
            for p, a in zip(self.params, self.average):
                held = p.detach().clone()
                p.copy_(a)
                a.copy_(held)
