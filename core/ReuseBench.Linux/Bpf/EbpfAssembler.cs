using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// Puts together the few instructions that a selector needs, with named labels for forward jumps, so that no compiler is needed at run
/// time. Opcodes: <see href="https://docs.kernel.org/bpf/standardization/instruction-set.html">instruction set</see>.
/// </summary>
public sealed class EbpfAssembler
{
    private const byte MoveImmediate = 0xb7;
    private const byte MoveRegister = 0xbf;
    private const byte AddImmediate = 0x07;
    private const byte AddRegister = 0x0f;
    private const byte SubtractRegister = 0x1f;
    private const byte MultiplyImmediate = 0x27;
    private const byte MultiplyRegister = 0x2f;
    private const byte ShiftLeftImmediate = 0x67;
    private const byte ShiftRightImmediate = 0x77;
    private const byte ModuloImmediate = 0x97;
    private const byte LoadWord = 0x61;
    private const byte LoadDoubleWord = 0x79;
    private const byte StoreWord = 0x63;
    private const byte StoreWordImmediate = 0x62;
    private const byte AtomicDoubleWord = 0xdb;
    private const int FetchAndAdd = 0x01;
    private const byte LoadDoubleWordImmediate = 0x18;
    private const byte PseudoMapFd = 1;
    private const byte JumpIfEqualImmediate = 0x15;
    private const byte JumpIfLessImmediate = 0xa5;
    private const byte JumpIfGreaterRegister = 0x2d;
    private const byte CallHelper = 0x85;
    private const byte ExitProgram = 0x95;

    private readonly List<EbpfInstruction> _instructions = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(int Instruction, string Label)> _jumps = [];

    /// <summary>destination = value.</summary>
    public EbpfAssembler Move(EbpfRegister destination, int value) => Emit(MoveImmediate, destination, immediate: value);

    /// <summary>destination = source.</summary>
    public EbpfAssembler Move(EbpfRegister destination, EbpfRegister source) => Emit(MoveRegister, destination, source);

    public EbpfAssembler Add(EbpfRegister destination, int value) => Emit(AddImmediate, destination, immediate: value);

    public EbpfAssembler Add(EbpfRegister destination, EbpfRegister source) => Emit(AddRegister, destination, source);

    public EbpfAssembler Subtract(EbpfRegister destination, EbpfRegister source) => Emit(SubtractRegister, destination, source);

    public EbpfAssembler Multiply(EbpfRegister destination, int value) => Emit(MultiplyImmediate, destination, immediate: value);

    public EbpfAssembler Multiply(EbpfRegister destination, EbpfRegister source) => Emit(MultiplyRegister, destination, source);

    public EbpfAssembler ShiftLeft(EbpfRegister destination, int bits) => Emit(ShiftLeftImmediate, destination, immediate: bits);

    /// <summary>Unsigned.</summary>
    public EbpfAssembler ShiftRight(EbpfRegister destination, int bits) => Emit(ShiftRightImmediate, destination, immediate: bits);

    /// <summary>Unsigned.</summary>
    public EbpfAssembler Modulo(EbpfRegister destination, int value) => Emit(ModuloImmediate, destination, immediate: value);

    /// <summary>destination = 32 bits at address + offset.</summary>
    public EbpfAssembler Load32(EbpfRegister destination, EbpfRegister address, short offset) => Emit(LoadWord, destination, address, offset);

    /// <summary>destination = 64 bits at address + offset.</summary>
    public EbpfAssembler Load64(EbpfRegister destination, EbpfRegister address, short offset) => Emit(LoadDoubleWord, destination, address, offset);

    /// <summary>32 bits at address + offset = source.</summary>
    public EbpfAssembler Store32(EbpfRegister address, short offset, EbpfRegister source) => Emit(StoreWord, address, source, offset);

    /// <summary>32 bits at address + offset = value.</summary>
    public EbpfAssembler Store32(EbpfRegister address, short offset, int value) =>
        Emit(StoreWordImmediate, address, offset: offset, immediate: value);

    /// <summary>64 bits at address + offset += register, at once for all CPUs; the register receives the value before. Linux 5.12.</summary>
    public EbpfAssembler FetchAdd64(EbpfRegister address, short offset, EbpfRegister register) =>
        Emit(AtomicDoubleWord, address, register, offset, FetchAndAdd);

    /// <summary>destination = the map.</summary>
    public EbpfAssembler LoadMap(EbpfRegister destination, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Emit(LoadDoubleWordImmediate, destination, (EbpfRegister)PseudoMapFd, immediate: map.Fd);
        return Emit(0, default);
    }

    public EbpfAssembler JumpIfEqual(EbpfRegister register, int value, string label) => EmitJump(JumpIfEqualImmediate, register, value, label);

    /// <summary>Unsigned.</summary>
    public EbpfAssembler JumpIfLess(EbpfRegister register, int value, string label) => EmitJump(JumpIfLessImmediate, register, value, label);

    /// <summary>Unsigned.</summary>
    public EbpfAssembler JumpIfGreater(EbpfRegister register, EbpfRegister other, string label)
    {
        _jumps.Add((_instructions.Count, label));
        return Emit(JumpIfGreaterRegister, register, other);
    }

    public EbpfAssembler Call(EbpfHelper helper) => Emit(CallHelper, default, immediate: (int)helper);

    public EbpfAssembler Exit() => Emit(ExitProgram, default);

    /// <summary>The next instruction goes by this name.</summary>
    public EbpfAssembler Label(string label)
    {
        _labels.Add(label, _instructions.Count);
        return this;
    }

    /// <exception cref="InvalidOperationException">A jump leads to a label that was not set, or farther than 32767 instructions.</exception>
    public EbpfInstruction[] Assemble()
    {
        EbpfInstruction[] program = [.. _instructions];
        foreach ((int instruction, string label) in _jumps)
        {
            if (!_labels.TryGetValue(label, out int target) || target - instruction - 1 > short.MaxValue)
            {
                throw new InvalidOperationException($"the jump at instruction {instruction} does not reach the label '{label}'");
            }

            program[instruction] = program[instruction] with { Offset = (short)(target - instruction - 1) };
        }

        return program;
    }

    private EbpfAssembler EmitJump(byte code, EbpfRegister register, int value, string label)
    {
        _jumps.Add((_instructions.Count, label));
        return Emit(code, register, immediate: value);
    }

    private EbpfAssembler Emit(byte code, EbpfRegister destination, EbpfRegister source = EbpfRegister.R0, short offset = 0, int immediate = 0)
    {
        _instructions.Add(new EbpfInstruction(code, (byte)((byte)destination | ((byte)source << 4)), offset, immediate));
        return this;
    }
}

/// <summary>
/// One instruction of eBPF (<c>struct bpf_insn</c>). <see href="https://docs.kernel.org/bpf/standardization/instruction-set.html">instruction
/// set</see>
/// </summary>
/// <param name="Code">Class, source and operation.</param>
/// <param name="Registers">Destination in the low four bits, source in the high four (little-endian machines).</param>
/// <param name="Offset">Of a jump, in instructions from the next one; of a load or store, in bytes.</param>
/// <param name="Immediate">A constant, the number of a helper, half of a 64-bit constant.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct EbpfInstruction(byte Code, byte Registers, short Offset, int Immediate);

/// <summary>R0 holds results, R1 to R5 arguments (lost in a call), R6 to R9 survive calls, R10 is the frame pointer.</summary>
public enum EbpfRegister : byte
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
}

/// <summary>
/// Kernel functions that a program may call. <see href="https://man7.org/linux/man-pages/man7/bpf-helpers.7.html">bpf-helpers(7)</see>
/// </summary>
public enum EbpfHelper
{
    /// <summary>R0 = pointer to the value of the key that R2 points at, in the map R1; 0 where there is none.</summary>
    MapLookup = 1,

    /// <summary>R0 = CLOCK_MONOTONIC in nanoseconds. Without a licence of the GPL from Linux 5.8 on.</summary>
    KtimeGetNs = 5,

    /// <summary>Selects the socket that the key at R3 has in the map R2, for the context R1 with flags R4; R0 = 0 or −ENOENT.</summary>
    SelectReuseport = 82,
}
