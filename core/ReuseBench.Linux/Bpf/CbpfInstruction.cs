using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// One instruction of classic BPF (<c>struct sock_filter</c>). Opcodes: <see cref="CbpfOpcode"/>; ancillary offsets:
/// <see cref="CbpfAncillary"/>. <see href="https://docs.kernel.org/networking/filter.html">networking/filter</see>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CbpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K);

/// <summary>
/// Whole opcodes of classic BPF, composed from the classes, sizes and modes of <c>include/uapi/linux/bpf_common.h</c>.
/// </summary>
public static class CbpfOpcode
{
    /// <summary>A = word at K: BPF_LD | BPF_W | BPF_ABS.</summary>
    public const ushort LoadWordAbsolute = 0x20;

    /// <summary>A += K: BPF_ALU | BPF_ADD | BPF_K.</summary>
    public const ushort AddConstant = 0x04;

    /// <summary>A %= K: BPF_ALU | BPF_MOD | BPF_K.</summary>
    public const ushort ModuloConstant = 0x94;

    /// <summary>If A == K jump by JumpTrue, else by JumpFalse: BPF_JMP | BPF_JEQ | BPF_K.</summary>
    public const ushort JumpIfEqual = 0x15;

    /// <summary>Return A: BPF_RET | BPF_A.</summary>
    public const ushort ReturnAccumulator = 0x16;

    /// <summary>Return K: BPF_RET | BPF_K.</summary>
    public const ushort ReturnConstant = 0x06;
}

/// <summary>
/// Load offsets that stand for facts about the packet rather than its bytes: SKF_AD_OFF + SKF_AD_* of
/// <c>include/uapi/linux/filter.h</c>, as the K of <see cref="CbpfOpcode.LoadWordAbsolute"/>.
/// </summary>
public static class CbpfAncillary
{
    /// <summary>SKF_AD_PROTOCOL.</summary>
    public const uint Protocol = Base + 0;

    /// <summary>SKF_AD_CPU: the CPU that runs the program.</summary>
    public const uint Cpu = Base + 36;

    /// <summary>SKF_AD_RANDOM: 32 random bits.</summary>
    public const uint Random = Base + 56;

    /// <summary>SKF_AD_OFF, −0x1000.</summary>
    private const uint Base = 0xFFFF_F000;
}
