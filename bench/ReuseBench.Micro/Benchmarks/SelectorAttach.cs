using BenchmarkDotNet.Attributes;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>
/// Giving a SO_REUSEPORT group its selector. A program takes the place of one of its kind, which is what a change under load costs and
/// leaves the group as it was. The programs are the server's own; one in eBPF has been loaded before, by bpf(2).
/// </summary>
public class SelectorAttach : IDisposable
{
    private const int NoCpu = -1;

    private ListenerGroup? _group;
    private int _fd;
    private CbpfInstruction[] _byCpu = [];
    private CbpfInstruction[] _atRandom = [];
    private BpfMap? _sockets;
    private BpfMap? _turn;
    private BpfProgram? _program;

    /// <summary>Listeners in the group.</summary>
    [Params(1, 16, 256)]
    public int Members { get; set; }

    [GlobalSetup(Targets = [nameof(AttachCbpfCpu), nameof(AttachCbpfRandom), nameof(SetIncomingCpu)])]
    public void BuildGroup()
    {
        OwnNetwork.Enter();
        _group = new ListenerGroup(Members);
        _fd = _group.FirstFd;
        _byCpu = ReuseportPrograms.ByCpu([.. Enumerable.Range(0, Members)]);
        _atRandom = ReuseportPrograms.AtRandom(Members);
    }

    [GlobalSetup(Target = nameof(AttachEbpfRoundRobin))]
    public void LoadTurns()
    {
        BuildGroup();
        _turn = BpfMap.CreateArray(1);
        Load("turns", ReuseportPrograms.InTurns(Sockets(), _turn, Members));
    }

    [GlobalSetup(Target = nameof(AttachEbpfWeight))]
    public void LoadWeight()
    {
        BuildGroup();
        Load("weight", ReuseportPrograms.ByWeight(Sockets(), [.. Enumerable.Range(0, Members).Select(SelectorShares.WeightOf)]));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        IDisposable?[] owned = [_group, _program, _sockets, _turn];
        foreach (IDisposable? one in owned)
        {
            one?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "cbpf-cpu: attach")]
    public void AttachCbpfCpu() =>
        LinuxException.ThrowIfError(SocketCalls.AttachReuseportCbpf(_fd, _byCpu), "setsockopt", "SO_ATTACH_REUSEPORT_CBPF");

    [Benchmark(Description = "cbpf-random: attach")]
    public void AttachCbpfRandom() =>
        LinuxException.ThrowIfError(SocketCalls.AttachReuseportCbpf(_fd, _atRandom), "setsockopt", "SO_ATTACH_REUSEPORT_CBPF");

    /// <summary>From a CPU to none and back: the kernel counts the members that have one.</summary>
    [Benchmark(Description = "incoming-cpu: set", OperationsPerInvoke = 2)]
    public void SetIncomingCpu()
    {
        LinuxException.ThrowIfError(SocketCalls.SetOption(_fd, SocketOption.IncomingCpu, 0), "setsockopt", "SO_INCOMING_CPU");
        LinuxException.ThrowIfError(SocketCalls.SetOption(_fd, SocketOption.IncomingCpu, NoCpu), "setsockopt", "SO_INCOMING_CPU");
    }

    [Benchmark(Description = "ebpf-weight: attach")]
    public void AttachEbpfWeight() => AttachEbpf();

    [Benchmark(Description = "ebpf-round-robin: attach")]
    public void AttachEbpfRoundRobin() => AttachEbpf();

    private void AttachEbpf() =>
        LinuxException.ThrowIfError(SocketCalls.AttachReuseportEbpf(_fd, _program!.Fd), "setsockopt", "SO_ATTACH_REUSEPORT_EBPF");

    private BpfMap Sockets()
    {
        _sockets = BpfMap.CreateReuseportSockets(Members);
        for (int member = 0; member < Members; member++)
        {
            _sockets.Set(member, _group!.Fd(member));
        }

        return _sockets;
    }

    private void Load(string name, EbpfInstruction[] instructions) => _program = BpfProgram.LoadReuseport(name, instructions);
}
