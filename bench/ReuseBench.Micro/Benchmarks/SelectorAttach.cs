using BenchmarkDotNet.Attributes;
using ReuseBench.Linux;
using ReuseBench.Micro.Kernel;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>
/// Giving a SO_REUSEPORT group its selector. A program takes the place of one of its kind, which is what a change under load costs and
/// leaves the group as it was.
/// </summary>
public class SelectorAttach : IDisposable
{
    private const int NoCpu = -1;

    private ListenerGroup? _group;
    private int _fd;
    private CbpfInstruction[] _byCpu = [];
    private CbpfInstruction[] _byChance = [];

    /// <summary>Listeners in the group.</summary>
    [Params(1, 16, 256)]
    public int Members { get; set; }

    [GlobalSetup]
    public void BuildGroup()
    {
        OwnNetwork.Enter();
        _group = new ListenerGroup(Members);
        _fd = _group.FirstFd;
        _byCpu = IndexFrom(CbpfAncillary.Cpu);
        _byChance = IndexFrom(CbpfAncillary.Random);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _group?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "cbpf-cpu: attach")]
    public void AttachCbpfCpu() =>
        LinuxException.ThrowIfError(SocketCalls.AttachReuseportCbpf(_fd, _byCpu), "setsockopt", "SO_ATTACH_REUSEPORT_CBPF");

    [Benchmark(Description = "cbpf-random: attach")]
    public void AttachCbpfRandom() =>
        LinuxException.ThrowIfError(SocketCalls.AttachReuseportCbpf(_fd, _byChance), "setsockopt", "SO_ATTACH_REUSEPORT_CBPF");

    /// <summary>From a CPU to none and back: the kernel counts the members that have one.</summary>
    [Benchmark(Description = "incoming-cpu: set", OperationsPerInvoke = 2)]
    public void SetIncomingCpu()
    {
        LinuxException.ThrowIfError(SocketCalls.SetOption(_fd, SocketOption.IncomingCpu, 0), "setsockopt", "SO_INCOMING_CPU");
        LinuxException.ThrowIfError(SocketCalls.SetOption(_fd, SocketOption.IncomingCpu, NoCpu), "setsockopt", "SO_INCOMING_CPU");
    }

    private CbpfInstruction[] IndexFrom(uint fact) =>
    [
        new(CbpfOpcode.LoadWordAbsolute, 0, 0, fact),
        new(CbpfOpcode.ModuloConstant, 0, 0, (uint)Members),
        new(CbpfOpcode.ReturnAccumulator, 0, 0, 0),
    ];
}
