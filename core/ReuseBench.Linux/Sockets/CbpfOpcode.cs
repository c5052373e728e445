namespace ReuseBench.Linux;

/// <summary>
/// Whole opcodes of classic BPF, composed from the classes, sizes and modes of <c>include/uapi/linux/bpf_common.h</c>.
/// </summary>
public static class CbpfOpcode
{
    /// <summary>A = word at K: BPF_LD | BPF_W | BPF_ABS.</summary>
    public const ushort LoadWordAbsolute = 0x20;

    /// <summary>A %= K: BPF_ALU | BPF_MOD | BPF_K.</summary>
    public const ushort ModuloConstant = 0x94;

    /// <summary>If A == K jump by JumpTrue, else by JumpFalse: BPF_JMP | BPF_JEQ | BPF_K.</summary>
    public const ushort JumpIfEqual = 0x15;

    /// <summary>Return A: BPF_RET | BPF_A.</summary>
    public const ushort ReturnAccumulator = 0x16;

    /// <summary>Return K: BPF_RET | BPF_K.</summary>
    public const ushort ReturnConstant = 0x06;
}
