"""The two models of the sittings as folders that every runtime opens, and what other runtimes want instead of a folder.

`L4-H256` is the model in the program, under the names of BERT (an ELECTRA whose embeddings are as wide as its blocks
is one). `L6-H384` has random weights, but every word leans to a tag, as the words of a trained model do: random logits
lie too close together for tags to be compared.
"""

import hashlib
import json
import shutil

from facts import ROOT, WORK

DEFAULT = ROOT / "models" / "default"
TAGS = ["O"] + [f"{edge}-{kind}" for kind in ("PER", "LOC", "ORG", "MISC") for edge in "BI"]
SHAPES = {"L4-H256": "the model in the program", "L6-H384": "random weights"}


def folder(name):
    """The folder of a model, made at first."""
    to = WORK / name
    made_of = hashlib.sha256((DEFAULT / "model.safetensors").read_bytes()).hexdigest()
    if (to / "ready").exists() and (to / "ready").read_text() == made_of:
        return to
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(DEFAULT / file, to / file)
    from transformers import AutoModelForTokenClassification

    model = renamed() if name == "L4-H256" else leaning()
    model.save_pretrained(to)
    assert AutoModelForTokenClassification.from_pretrained(to).config.num_labels == len(TAGS)
    export(to)
    (to / "ready").write_text(made_of)
    return to


def vocabulary():
    """Number of pieces that the model in the program knows."""
    return json.loads((DEFAULT / "config.json").read_text())["vocab_size"]


def config(**sizes):
    from transformers import BertConfig

    labels = dict(enumerate(TAGS))
    return BertConfig(vocab_size=vocabulary(), id2label=labels, label2id={t: i for i, t in labels.items()}, **sizes)


def renamed():
    from transformers import AutoModelForTokenClassification, BertForTokenClassification

    old = AutoModelForTokenClassification.from_pretrained(DEFAULT, dtype="float32")
    names = ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "type_vocab_size"]
    sizes = {name: getattr(old.config, name) for name in [*names, "layer_norm_eps"]}
    assert (old.config.num_hidden_layers, old.config.hidden_size, old.config.embedding_size) == (4, 256, 256)
    model = BertForTokenClassification(config(**sizes))
    weights = {name.replace("electra.", "bert.", 1): value for name, value in old.state_dict().items()}
    model.load_state_dict(weights)
    return model.eval()


def leaning():
    import torch
    from transformers import BertForTokenClassification

    sizes = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 6, "intermediate_size": 1536}
    torch.manual_seed(1)
    model = BertForTokenClassification(config(**sizes)).eval()
    shares = torch.tensor([0.84] + 8 * [0.02])
    tags = torch.multinomial(shares, vocabulary(), replacement=True)
    leanings = torch.nn.functional.normalize(torch.randn(len(TAGS), 384), dim=1)
    with torch.no_grad():
        strength = 0.1 + 0.5 * torch.rand(vocabulary(), 1)
        model.bert.embeddings.word_embeddings.weight += strength * leanings[tags]
        model.classifier.weight.copy_(leanings)
    return model


def export(to):
    """The graph for ONNX Runtime and OpenVINO, f32 and int8, and the folders for CTranslate2."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModelForTokenClassification

    model = AutoModelForTokenClassification.from_pretrained(to, attn_implementation="eager").eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, ids, mask):
            return self.model(input_ids=ids, attention_mask=mask).logits

    names = ["ids", "mask", "logits"]
    one = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(
        Logits().eval(),
        (one, one),
        str(to / "f32.onnx"),
        input_names=names[:2],
        output_names=names[2:],
        opset_version=17,
        dynamo=False,
        dynamic_axes={name: {0: "sequences", 1: "tokens"} for name in names},
    )
    products = ["MatMul", "Gemm"]
    quantize_dynamic(
        to / "f32.onnx", to / "int8.onnx", weight_type=QuantType.QInt8, op_types_to_quantize=products
    )
    ctranslate(to, model)


def ctranslate(to, model):
    """CTranslate2 knows encoders without a head: the head stands beside it and is a product of numpy."""
    import ctranslate2
    import numpy
    from transformers import BertModel, BertTokenizer

    plain = to / "encoder"
    bert = BertModel(model.config)
    bert.load_state_dict(model.bert.state_dict(), strict=False)
    bert.save_pretrained(plain)
    config = json.loads((plain / "config.json").read_text())
    (plain / "config.json").write_text(json.dumps(config | {"position_embedding_type": "absolute"}))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"t{i}" for i in range(vocabulary() - 5)]
    (plain / "vocab.txt").write_text("\n".join(pieces))
    BertTokenizer(str(plain / "vocab.txt")).save_pretrained(plain)
    for kind in ("float32", "int8"):
        ctranslate2.converters.TransformersConverter(str(plain)).convert(str(to / kind), quantization=kind)
    head = model.classifier
    numpy.savez(to / "head.npz", weight=head.weight.detach().numpy(), bias=head.bias.detach().numpy())
