using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>One instruction of eBPF (<c>struct bpf_insn</c>). <see href="https://docs.kernel.org/bpf/standardization/instruction-set.html">instruction set</see></summary>
/// <param name="Code">Class, source and operation.</param>
/// <param name="Registers">Destination in the low four bits, source in the high four (little-endian machines).</param>
/// <param name="Offset">Of a jump, in instructions from the next one; of a load or store, in bytes.</param>
/// <param name="Immediate">A constant, the number of a helper, half of a 64-bit constant.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct EbpfInstruction(byte Code, byte Registers, short Offset, int Immediate);
