"""Writes the trained network as ONNX: weights in half floats, which the runtime widens once when it loads them."""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from labels import HAIR_STEPS, HEADS, WHERE
from net import SIDE, TAPS


# Tensors of more values than this are kept in half floats.
HALVED = 512


def halve(net):
    """Rounds the weights as the file will, so that everything measured afterwards is of what is shipped."""
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.numel() > HALVED:
                parameter.copy_(parameter.half().float())


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value, half=False):
        value = np.asarray(value)
        if not half:
            self.constants.append(numpy_helper.from_array(value, name))
            return name
        self.constants.append(numpy_helper.from_array(value.astype(np.float16), f"{name}_half"))
        return self.node("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def parameter(self, name, tensor):
        value = tensor.detach().numpy().astype(np.float32)
        return self.constant(name, value, half=value.size > HALVED)

    def conv(self, x, name, conv):
        size, stride = conv.kernel_size[0], conv.stride[0]
        pads = [0, 0, 1, 1] if stride == 2 else [size // 2] * 4
        inputs = [x, self.parameter(f"{name}_w", conv.weight), self.parameter(f"{name}_b", conv.bias)]
        return self.node("Conv", inputs, name, kernel_shape=[size, size], strides=[stride, stride], pads=pads, group=conv.groups)

    def linear(self, x, name, linear):
        inputs = [x, self.parameter(f"{name}_w", linear.weight), self.parameter(f"{name}_b", linear.bias)]
        return self.node("Gemm", inputs, name, transB=1)


def export(net, path):
    g = Graph()
    g.constant("zero", np.float32(0)), g.constant("six", np.float32(6))
    x, side, seen = "input", SIDE, []
    for index, conv in enumerate(net.convs):
        x = g.node("Clip", [g.conv(x, f"conv{index}", conv), "zero", "six"], f"active{index}")
        side //= conv.stride[0]
        for (at, _, cells), reduce in zip(TAPS, net.reduce):
            if at == index:
                part = g.node("Relu", [g.conv(x, f"reduce{index}", reduce)], f"reduced{index}")
                factor = side // cells
                if factor > 1:
                    part = g.node("AveragePool", [part], f"cells{index}", kernel_shape=[factor] * 2, strides=[factor] * 2)
                seen.append(g.node("Flatten", [part], f"flat{index}"))
    pooled = g.node("Flatten", [g.node("GlobalAveragePool", [x], "pool")], "pooled")
    both = g.node("Concat", [*seen, pooled], "both", axis=1)
    hidden = g.node("Relu", [g.linear(both, "hidden", net.hidden)], "hidden_active")
    raw = g.node("Add", [g.linear(pooled, "direct", net.direct), g.linear(hidden, "out", net.out)], "raw")
    g.constant("sizes", np.array([w for _, w, _ in HEADS], np.int64))
    g.nodes.append(helper.make_node("Split", [raw, "sizes"], [f"{name}_raw" for name, _, _ in HEADS], axis=1))
    outputs = []
    for name, width, kind in HEADS:
        if kind == "class":
            g.node("Softmax", [f"{name}_raw"], name, axis=1)
        elif kind == "steps":
            g.constant(f"{name}_steps", np.diff([0] + HAIR_STEPS).astype(np.float32)[:, None])
            g.node("MatMul", [g.node("Sigmoid", [f"{name}_raw"], f"{name}_reached"), f"{name}_steps"], name)
            width = 1
        else:
            g.node("Identity" if kind == "value" else "Sigmoid", [f"{name}_raw"], name)
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width]))
    graph = helper.make_graph(g.nodes, "attributes", [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])], outputs, g.constants)
    model = helper.make_model(graph, producer_name="mien", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    onnx.save(model, path)
    with open(path.replace(".onnx", "-reference.json"), "w") as file:
        json.dump(reference(net), file)
        file.write("\n")
    print(path, f"{os.path.getsize(path) / 1e6:.2f} MB")


def read_into(net, path):
    """Gives the network the weights of a file that `export` wrote."""
    values = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in onnx.load(path).graph.initializer}
    modules = {f"conv{index}": conv for index, conv in enumerate(net.convs)}
    modules |= {f"reduce{at}": reduce for (at, _, _), reduce in zip(TAPS, net.reduce)}
    modules |= {"hidden": net.hidden, "out": net.out, "direct": net.direct}
    for name, module in modules.items():
        for kind, parameter in (("w", module.weight), ("b", module.bias)):
            value = values.get(f"{name}_{kind}", values.get(f"{name}_{kind}_half"))
            parameter.data = torch.from_numpy(value.copy()).reshape(parameter.shape)


def pattern():
    """Two inputs that any language can make: stripes and a slope."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(SIDE), np.arange(SIDE), indexing="ij")
    return np.stack([(x * 7 + y * 13 + c * 29 + (x * y) % 31 * 3) % 256, 60 + x + c * 10 - y // 4]).astype(np.float32)


def reference(net):
    """What PyTorch answers for `pattern`: `network.test.ts` holds the runtime to it."""
    net.eval()
    with torch.no_grad():
        raw = net(torch.from_numpy(pattern()))
    answers = {}
    for name, _, kind in HEADS:
        part = raw[:, WHERE[name]]
        if kind == "class":
            part = torch.softmax(part, 1)
        elif kind == "steps":
            part = torch.sigmoid(part) @ torch.tensor(np.diff([0] + HAIR_STEPS), dtype=torch.float32)[:, None]
        elif kind != "value":
            part = torch.sigmoid(part)
        answers[name] = [[round(float(v), 6) for v in row] for row in part]
    return answers
