"""The network: the trunk of `faceres`, seen at 128 pixels, with heads on three of its layers."""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from labels import WIDTH

SIDE = 128
# Layers that are read: number of the convolution after whose activation, channels kept, cells kept of each side.
TAPS = [(10, 24, 4), (22, 24, 8), (26, 48, 4)]
HIDDEN = 128


def trunk_layers(path):
    """(weight, bias, stride, groups) of each convolution, the scale after it folded in."""
    graph = onnx.load(path).graph
    constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    layers = []
    for node in graph.node:
        if node.op_type == "Conv":
            attributes = {a.name: a for a in node.attribute}
            layers.append([constants[node.input[1]].astype(np.float32), None,
                           attributes["strides"].ints[0], attributes["group"].i])
        elif node.op_type == "Mul":
            layers[-1][0] = layers[-1][0] * constants[node.input[1]].reshape(-1, 1, 1, 1)
        elif node.op_type == "Add":
            layers[-1][1] = constants[node.input[1]].reshape(-1).astype(np.float32)
        elif node.op_type == "GlobalAveragePool":
            return layers
    raise ValueError("no pooling")


class Net(torch.nn.Module):
    def __init__(self, path, frozen=5):
        super().__init__()
        self.convs = torch.nn.ModuleList()
        for weight, bias, stride, groups in trunk_layers(path):
            out, inner, size, _ = weight.shape
            conv = torch.nn.Conv2d(inner * groups, out, size, stride, 0 if stride == 2 else size // 2, groups=groups)
            conv.weight.data = torch.tensor(weight)
            conv.bias.data = torch.tensor(bias)
            self.convs.append(conv)
        for conv in self.convs[:frozen]:
            conv.requires_grad_(False)
        self.frozen = frozen
        width = [self.convs[at].out_channels for at, _, _ in TAPS]
        self.reduce = torch.nn.ModuleList(torch.nn.Conv2d(w, kept, 1) for w, (_, kept, _) in zip(width, TAPS))
        total = sum(kept * cells * cells for _, kept, cells in TAPS) + self.convs[-1].out_channels
        self.hidden = torch.nn.Linear(total, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, WIDTH)
        self.direct = torch.nn.Linear(self.convs[-1].out_channels, WIDTH)
        torch.nn.init.zeros_(self.direct.weight)
        self.drop = torch.nn.Dropout(0.3)

    def layer(self, x, conv):
        if conv.stride[0] == 2:
            x = F.pad(x, (0, 1, 0, 1))
        return F.relu6(conv(x))

    def forward(self, x, with_features=False):
        """x: RGB 0..255 [batch, 3, SIDE, SIDE]. Returns the raw outputs [batch, WIDTH], on wish also the pooled features."""
        with torch.no_grad():
            for conv in self.convs[:self.frozen]:
                x = self.layer(x, conv)
        seen = []
        for index, conv in enumerate(self.convs[self.frozen:], self.frozen):
            x = self.layer(x, conv)
            for (at, _, cells), reduce in zip(TAPS, self.reduce):
                if at == index:
                    part = F.relu(reduce(x))
                    factor = part.shape[2] // cells
                    seen.append((F.avg_pool2d(part, factor) if factor > 1 else part).flatten(1))
        pooled = x.mean((2, 3))
        both = self.drop(torch.cat([*seen, pooled], 1))
        output = self.direct(self.drop(pooled)) + self.out(self.drop(F.relu(self.hidden(both))))
        return (output, pooled) if with_features else output

    def groups(self):
        """Parameters by how fast they may change."""
        trunk = [p for conv in self.convs for p in conv.parameters() if p.requires_grad]
        heads = [p for m in (self.reduce, self.hidden, self.out, self.direct) for p in m.parameters()]
        return trunk, heads
