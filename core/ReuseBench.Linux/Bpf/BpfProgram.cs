using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// A loaded program of type SK_REUSEPORT (Linux 4.19). <see href="https://docs.kernel.org/bpf/libbpf/program_types.html">program types</see>
/// </summary>
public sealed unsafe class BpfProgram : IDisposable
{
    private const int LogBytes = 64 * 1024;
    private const int LogLinesShown = 3;

    private readonly Descriptor _descriptor;

    private BpfProgram(Descriptor descriptor) => _descriptor = descriptor;

    /// <summary>For <see cref="SocketCalls.AttachReuseportEbpf"/>. The group keeps the program after this object is disposed.</summary>
    public int Fd => _descriptor.Value;

    /// <exception cref="LinuxException">
    /// EPERM without CAP_BPF and CAP_NET_ADMIN; EACCES or EINVAL where the verifier refuses, with its last words.
    /// </exception>
    public static BpfProgram LoadReuseport(string name, ReadOnlySpan<EbpfInstruction> instructions)
    {
        byte[] log = new byte[LogBytes];
        int result = Load(instructions, []);
        if (result < 0)
        {
            // Only a program that was refused is verified again with a log: a log that is too small would be an error of its own.
            result = Load(instructions, log);
        }

        if (result < 0)
        {
            LinuxException.Throw(result, "bpf(BPF_PROG_LOAD)", name, VerifierSays(log));
        }

        return new BpfProgram(Descriptor.Own(result, "bpf(BPF_PROG_LOAD)", name));
    }

    public void Dispose() => _descriptor.Dispose();

    private static int Load(ReadOnlySpan<EbpfInstruction> instructions, byte[] log)
    {
        fixed (EbpfInstruction* pointer = instructions)
        fixed (byte* license = "MIT\0"u8)
        fixed (byte* logPointer = log)
        {
            LibC.BpfProgramLoad load = new()
            {
                ProgramType = LibC.BPF_PROG_TYPE_SK_REUSEPORT,
                InstructionCount = (uint)instructions.Length,
                Instructions = (ulong)pointer,
                License = (ulong)license,
                LogLevel = log.Length > 0 ? 1u : 0,
                LogSize = (uint)log.Length,
                LogBuffer = (ulong)logPointer,
            };
            return BpfMap.Bpf(LibC.BPF_PROG_LOAD, &load, (uint)sizeof(LibC.BpfProgramLoad));
        }
    }

    /// <summary>The reason stands before the closing statistics; null takes the usual hint.</summary>
    private static string? VerifierSays(byte[] log)
    {
        int length = Array.IndexOf(log, (byte)0);
        string[] lines =
        [
            .. Encoding.UTF8.GetString(log, 0, Math.Max(0, length))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(l => !l.StartsWith("processed ", StringComparison.Ordinal)),
        ];
        return lines.Length == 0 ? null : $"the verifier says: {string.Join(" / ", lines.TakeLast(LogLinesShown))}";
    }
}
