"""The workloads of `npm run bench:gpu` in PyTorch, eager and compiled, with f32 and with TF32 products.

    python3 bench.py > torch.json

Prints the report as JSON; `npm run bench -- --join saddlepoint.json,torch.json` puts both side by side. Names, sizes and
the way of measuring are those of bench/workloads and bench/core: settings take turns in every round, each sample lasts at
least 200 ms of runs and ends with a wait for the device. What fails is reported with its error.
"""

import argparse
import json
import math
import platform
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
SCALES = {"flop": 1e9, "bytes": 1e9, "iterations": 1.0}


@dataclass(frozen=True)
class Setting:
    """How PyTorch is asked to compute."""

    name: str
    compiled: bool
    tf32: bool

    def apply(self) -> None:
        torch.backends.cuda.matmul.allow_tf32 = self.tf32
        torch.backends.cudnn.allow_tf32 = self.tf32


# TF32 is a format of Nvidia's tensor cores.
FORMATS = [("f32", False), ("TF32", True)] if DEVICE.type == "cuda" else [("f32", False)]
SETTINGS = [
    Setting(f"{mode}, {name}", compiled=mode == "compiled", tf32=tf32)
    for mode in ("eager", "compiled")
    for name, tf32 in FORMATS
]

Run = Callable[[], object]


@dataclass(frozen=True)
class Workload:
    """`prepare` sets up one run; `work` is its FLOP, bytes or iterations."""

    group: str
    name: str
    variant: str
    unit: str
    work: float
    prepare: Callable[[Setting], Run]


# Kernels


def compiled(setting: Setting, function: Callable) -> Callable:
    return torch.compile(function) if setting.compiled else function


def matmul_workload(size: int) -> Workload:
    def prepare(setting: Setting) -> Run:
        a, b = (torch.randn(size, size, device=DEVICE) for _ in range(2))
        product = compiled(setting, torch.matmul)
        return lambda: product(a, b)

    return Workload("matmul", f"matmul {size}", "saddlepoint", "flop", 2.0 * size**3, prepare)


def convolution_workloads(batch: int, size: int, channels: int, filters: int, kernel: int, stride: int) -> list[Workload]:
    padding = (kernel - 1) // 2
    output = (size + 2 * padding - kernel) // stride + 1
    work = 2.0 * batch * output**2 * filters * kernel**2 * channels
    name = f"n{batch} {size}x{size}x{channels} to {filters} k{kernel}s{stride}"

    def passes(which: str) -> Callable[[Setting], Run]:
        def prepare(setting: Setting) -> Run:
            # Channels last, as in this engine; cuDNN is at least as fast with it.
            layout = {"device": DEVICE}
            x = torch.randn(batch, channels, size, size, **layout).to(memory_format=torch.channels_last)
            w = torch.randn(filters, channels, kernel, kernel, **layout).to(memory_format=torch.channels_last)
            dy = torch.randn(batch, filters, output, output, **layout).to(memory_format=torch.channels_last)
            if which == "forward":
                forward = compiled(setting, lambda a, b: F.conv2d(a, b, stride=stride, padding=padding))
                return lambda: forward(x, w)
            mask = [which == "input gradient", which == "filter gradient", False]
            pads, ones = [padding] * 2, [1, 1]
            backward = compiled(
                setting,
                lambda d, a, b: torch.ops.aten.convolution_backward(
                    d, a, b, None, [stride] * 2, pads, ones, False, [0, 0], 1, mask
                ),
            )
            return lambda: backward(dy, x, w)

        return prepare

    return [
        Workload("convolution", name, which, "flop", work, passes(which))
        for which in ("forward", "input gradient", "filter gradient")
    ]


def chain(x: Tensor) -> Tensor:
    return -((((x * 1.5 + 0.5).tanh() * 2 - 0.25).abs() + 1).sqrt() * x)


def streaming_workload(name: str, shape: tuple[int, ...], passes: int, function: Callable[[Tensor], Tensor]) -> Workload:
    def prepare(setting: Setting) -> Run:
        x = torch.randn(*shape, device=DEVICE)
        apply = compiled(setting, function)
        return lambda: apply(x)

    return Workload("elementwise", name, "saddlepoint", "bytes", 4.0 * passes * math.prod(shape), prepare)


# Games


@dataclass(frozen=True)
class Game:
    """Two networks and how they are trained; `real` draws a batch of samples."""

    generator: nn.Module
    discriminator: nn.Module
    latent: int
    batch: int
    real: Callable[[], Tensor]
    rate: float
    wasserstein: bool = False
    penalty_weight: float = 0.0
    discriminator_steps: int = 1


def mlp(sizes: list[int], activation: Callable[[], nn.Module]) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def ring_game(width: int, batch: int, wgan_steps: int = 0) -> Game:
    def real() -> Tensor:
        angle = torch.randint(8, (batch,), device=DEVICE) * (math.pi / 4)
        return 2 * torch.stack([angle.cos(), angle.sin()], 1) + 0.02 * torch.randn(batch, 2, device=DEVICE)

    return Game(
        generator=mlp([2, width, width, 2], nn.ReLU),
        discriminator=mlp([2, width, width, 1], lambda: nn.LeakyReLU(0.2)),
        latent=2,
        batch=batch,
        real=real,
        rate=1e-3,
        wasserstein=wgan_steps > 0,
        penalty_weight=0.1 if wgan_steps > 0 else 0.0,
        discriminator_steps=max(1, wgan_steps),
    )


def dcgan_game(size: int, width: int, latent: int, batch: int, is_wgan: bool = False) -> Game:
    base, doublings = {28: (7, 2), 32: (4, 3), 64: (4, 4)}[size]
    widths = [width * 2**i for i in range(doublings)]
    generator: list[nn.Module] = [
        nn.Linear(latent, base * base * widths[-1], bias=False),
        nn.Unflatten(1, (widths[-1], base, base)),
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
    ]
    for inputs, outputs in zip(reversed(widths), list(reversed(widths))[1:]):
        generator += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    generator += [nn.ConvTranspose2d(widths[0], 1, 4, 2, 1), nn.Tanh()]

    discriminator: list[nn.Module] = []
    # The critic of a WGAN-GP has two layers without batch norm at any size.
    filter_counts = [width, 2 * width] if is_wgan else widths
    for i, filters in enumerate(filter_counts):
        inputs = 1 if i == 0 else filters // 2
        discriminator.append(nn.Conv2d(inputs, filters, 4, 2, 1, bias=is_wgan or i == 0))
        if i > 0 and not is_wgan:
            discriminator.append(nn.BatchNorm2d(filters))
        discriminator.append(nn.LeakyReLU(0.2))
    smallest = size // 2 ** len(filter_counts)
    discriminator += [nn.Flatten(), nn.Linear(smallest**2 * filter_counts[-1], 1)]

    images = torch.rand(1000, 1, size, size, device=DEVICE) * 2 - 1
    return Game(
        generator=nn.Sequential(*generator),
        discriminator=nn.Sequential(*discriminator),
        latent=latent,
        batch=batch,
        real=lambda: images[torch.randint(1000, (batch,), device=DEVICE)],
        rate=1e-4 if is_wgan else 2e-4,
        wasserstein=is_wgan,
        penalty_weight=10.0 if is_wgan else 0.0,
    )


def gradient_penalty(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    mix = torch.rand(real.shape[0], *[1] * (real.dim() - 1), device=DEVICE)
    between = (real * mix + fake * (1 - mix)).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).square().sum(1).add(1e-12).sqrt() - 1).square().mean()


def training_run(game: Game, setting: Setting) -> Run:
    generator, discriminator = game.generator.to(DEVICE), game.discriminator.to(DEVICE)
    if game.real().dim() == 4:
        generator.to(memory_format=torch.channels_last)
        discriminator.to(memory_format=torch.channels_last)
    fused = DEVICE.type == "cuda"
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=game.rate, betas=(0.5, 0.999), fused=fused)
        for network in (generator, discriminator)
    ]
    g, d = compiled(setting, generator), compiled(setting, discriminator)
    mixes_samples = any(isinstance(module, nn.BatchNorm2d) for module in discriminator.modules())

    def draw() -> Tensor:
        return torch.randn(game.batch, game.latent, device=DEVICE)

    def both_logits(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        if mixes_samples:
            return d(real), d(fake)
        logits = d(torch.cat([real, fake]))
        return logits[: game.batch], logits[game.batch :]

    def discriminator_loss() -> Tensor:
        real = game.real()
        with torch.no_grad():
            fake = g(draw())
        on_real, on_fake = both_logits(real, fake)
        if not game.wasserstein:
            return F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
        # Through the network as it is: PyTorch does not differentiate a compiled one twice.
        return on_fake.mean() - on_real.mean() + game.penalty_weight * gradient_penalty(discriminator, real, fake)

    def generator_loss() -> Tensor:
        logits = d(g(draw()))
        return -logits.mean() if game.wasserstein else F.softplus(-logits).mean()

    def step(optimizer: torch.optim.Optimizer, loss: Callable[[], Tensor]) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        optimizer.step()

    def iterate() -> None:
        for _ in range(game.discriminator_steps):
            step(optimizers[1], discriminator_loss)
        # What the generator's loss sends to the discriminator is not wanted.
        discriminator.requires_grad_(False)
        step(optimizers[0], generator_loss)
        discriminator.requires_grad_(True)

    return iterate


def game_workload(name: str, make: Callable[[], Game]) -> Workload:
    return Workload("training", name, "saddlepoint", "iterations", 1.0, lambda setting: training_run(make(), setting))


WORKLOADS = [
    *(matmul_workload(size) for size in (256, 512, 1024)),
    *convolution_workloads(16, 16, 64, 128, 4, 2),
    *convolution_workloads(32, 28, 1, 32, 4, 2),
    *convolution_workloads(32, 14, 32, 64, 4, 2),
    *convolution_workloads(16, 8, 256, 512, 4, 2),
    *convolution_workloads(16, 32, 64, 64, 3, 1),
    streaming_workload("chain of 10 operations, 4 M", (4 * 2**20,), 2, chain),
    streaming_workload("sum, 4 M", (4 * 2**20,), 1, lambda x: x.square().sum()),
    streaming_workload("softmax, 4096 x 256", (4096, 256), 2, lambda x: x.softmax(1)),
    game_workload("ring", lambda: ring_game(128, 256)),
    game_workload("WGAN-GP ring", lambda: ring_game(128, 256, wgan_steps=5)),
    game_workload("DCGAN-28", lambda: dcgan_game(28, 32, 64, 32)),
    game_workload("DCGAN-64", lambda: dcgan_game(64, 32, 64, 16)),
    game_workload("WGAN-GP DCGAN-28", lambda: dcgan_game(28, 32, 64, 32, is_wgan=True)),
]


# Measurement


def wait() -> None:
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def timed(setting: Setting, run: Run, times: int) -> float:
    """Milliseconds of so many runs."""
    setting.apply()
    wait()
    start = time.perf_counter()
    for _ in range(times):
        run()
    wait()
    return 1000 * (time.perf_counter() - start)


def runs_for(setting: Setting, run: Run, least: float) -> int:
    """Warms up, and finds how many runs fill a sample."""
    timed(setting, run, 3)
    times = 1
    while (elapsed := timed(setting, run, times)) < least:
        times = max(times + 1, min(10 * times, math.ceil(1.2 * times * least / max(elapsed, 0.01))))
    return times


def measure(workload: Workload, rounds: int, least: float) -> list[dict]:
    ready: list[tuple[Setting, Run, int, float]] = []
    failures: list[dict] = []
    for setting in SETTINGS:
        print(f"{workload.name}, {workload.variant}: {setting.name}", file=sys.stderr)
        try:
            setting.apply()
            start = time.perf_counter()
            run = workload.prepare(setting)
            run()
            wait()
            first = 1000 * (time.perf_counter() - start)
            ready.append((setting, run, runs_for(setting, run, least), first))
        except Exception as error:  # Whatever it is, the others go on.
            failures.append({"setting": setting.name, "failure": str(error).strip().splitlines()[0]})
    samples: list[list[float]] = [[] for _ in ready]
    for _ in range(rounds):
        for (setting, run, times, _), times_of in zip(ready, samples):
            times_of.append(timed(setting, run, times) / times)
    return [
        {
            "setting": setting.name,
            "milliseconds": milliseconds,
            "rate": spread([1000 * workload.work / time / SCALES[workload.unit] for time in milliseconds]),
            "startMilliseconds": first,
        }
        for (setting, _, _, first), milliseconds in zip(ready, samples)
    ] + failures


def spread(values: list[float]) -> dict:
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=float, default=200, help="how long one sample lasts at least, in ms")
    parser.add_argument("--only", default="", help="only workloads whose group or name holds this")
    options = parser.parse_args()
    chosen = [w for w in WORKLOADS if options.only.lower() in f"{w.group}: {w.name}".lower()]
    results = [
        {
            "group": workload.group,
            "name": workload.name,
            "variant": workload.variant,
            "unit": workload.unit,
            "settings": measure(workload, options.rounds, options.sample),
        }
        for workload in chosen
    ]
    report = {
        "date": datetime.now(timezone.utc).isoformat(),
        "runtime": f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        "adapterName": torch.cuda.get_device_name() if DEVICE.type == "cuda" else platform.processor() or "CPU",
        "rounds": options.rounds,
        "leastMilliseconds": options.sample,
        "workloads": results,
    }
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
