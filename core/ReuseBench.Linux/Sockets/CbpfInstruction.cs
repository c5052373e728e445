using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// One instruction of classic BPF (<c>struct sock_filter</c>). Opcodes: <see cref="CbpfOpcode"/>; ancillary offsets:
/// <see cref="CbpfAncillary"/>. <see href="https://docs.kernel.org/networking/filter.html">networking/filter</see>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CbpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K);
