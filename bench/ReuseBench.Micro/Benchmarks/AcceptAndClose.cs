using BenchmarkDotNet.Attributes;
using ReuseBench.Linux;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>
/// From the queue of a listener to close(2), by the calls that each variant makes on one thread. The connections are queued before and
/// reset afterwards; nobody is woken and nothing is answered, so the difference between two paths is that of their system calls.
/// </summary>
public class AcceptAndClose : IDisposable
{
    /// <summary>Connections of one iteration: within the queue, and few enough for any limit of descriptors.</summary>
    internal const int Connections = 1024;

    /// <summary>A large <c>accept_batch</c>; what every variant does without one is 1.</summary>
    private const int Batch = 32;

    private const int EventsPerWait = 256;
    private const int UntilReady = -1;
    private const ulong ListenerEvent = 1;

    private readonly QueuedClients _clients = new(Connections);
    private readonly EpollBuffer _events = new(EventsPerWait);
    private Descriptor? _blocking;
    private Descriptor? _nonBlocking;
    private Descriptor? _member;
    private Epoll? _shared;
    private Epoll? _exclusive;
    private Epoll? _ofMember;
    private Epoll? _ofWorker;
    private HandOver? _handOver;

    [GlobalSetup]
    public void Listen()
    {
        OwnNetwork.Enter();
        _blocking = Tcp.Listen(SocketCalls.StreamBlocking(SocketCalls.Inet), Tcp.Loopback);
        _nonBlocking = Tcp.Listen(SocketCalls.StreamNonBlocking(SocketCalls.Inet), Tcp.Loopback);
        _member = Tcp.Listen(SocketCalls.StreamNonBlocking(SocketCalls.Inet), Tcp.Loopback, SocketOption.ReusePort);
        _shared = Watching(_nonBlocking.Value, EpollEvents.In);
        _exclusive = Watching(_nonBlocking.Value, EpollEvents.In | EpollEvents.Exclusive);
        _ofMember = Watching(_member.Value, EpollEvents.In);
        _handOver = new HandOver();
        _ofWorker = Watching(_handOver.WakeFd, EpollEvents.In | EpollEvents.EdgeTriggered);
    }

    [IterationSetup(Targets = [nameof(SingleAwake), nameof(SingleAsleep), nameof(SharedBlocking)])]
    public void QueueOnBlocking() => _clients.Connect(Tcp.AddressOf(_blocking!.Value));

    [IterationSetup(Targets = [nameof(SharedEpoll), nameof(SharedEpollExclusive)])]
    public void QueueOnNonBlocking() => _clients.Connect(Tcp.AddressOf(_nonBlocking!.Value));

    [IterationSetup(Targets = [nameof(Reuseport), nameof(ReuseportInBatches)])]
    public void QueueOnMember() => _clients.Connect(Tcp.AddressOf(_member!.Value));

    [IterationCleanup]
    public void ResetClients() => _clients.Reset();

    [GlobalCleanup]
    public void Dispose()
    {
        IDisposable?[] owned = [_shared, _exclusive, _ofMember, _ofWorker, _handOver, _blocking, _nonBlocking, _member];
        foreach (IDisposable? one in owned)
        {
            one?.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "shared, blocking: accept4, close", Baseline = true, OperationsPerInvoke = Connections)]
    public void SharedBlocking()
    {
        int listener = _blocking!.Value;
        for (int taken = 0; taken < Connections; taken++)
        {
            SocketCalls.Close(LinuxException.ThrowIfError(SocketCalls.Accept4(listener), "accept4", "the blocking listener"));
        }
    }

    [Benchmark(Description = "single, worker awake: accept4, hand-over, close", OperationsPerInvoke = Connections)]
    public void SingleAwake()
    {
        int listener = _blocking!.Value;
        for (int taken = 0; taken < Connections; taken++)
        {
            _handOver!.TryGive(LinuxException.ThrowIfError(SocketCalls.Accept4(listener), "accept4", "the blocking listener"));
            _handOver.TryTake(out int given);
            SocketCalls.Close(given);
        }
    }

    [Benchmark(Description = "single, worker asleep: accept4, hand-over, eventfd, epoll_wait, close", OperationsPerInvoke = Connections)]
    public void SingleAsleep()
    {
        int listener = _blocking!.Value;
        for (int taken = 0; taken < Connections; taken++)
        {
            _handOver!.TrySleep();
            _handOver.TryGive(LinuxException.ThrowIfError(SocketCalls.Accept4(listener), "accept4", "the blocking listener"));
            _ofWorker!.Wait(_events, UntilReady);
            _handOver.Awake();
            _handOver.TryTake(out int given);
            SocketCalls.Close(given);
        }
    }

    [Benchmark(Description = "shared, epoll: epoll_wait, accept4, close", OperationsPerInvoke = Connections)]
    public void SharedEpoll() => AcceptOneByOne(_shared!, _nonBlocking!.Value);

    [Benchmark(Description = "shared, epoll-exclusive: epoll_wait, accept4, close", OperationsPerInvoke = Connections)]
    public void SharedEpollExclusive() => AcceptOneByOne(_exclusive!, _nonBlocking!.Value);

    [Benchmark(Description = "reuseport: epoll_wait, accept4, close", OperationsPerInvoke = Connections)]
    public void Reuseport() => AcceptOneByOne(_ofMember!, _member!.Value);

    [Benchmark(Description = "reuseport, accept_batch 32: epoll_wait once for 32, accept4, close", OperationsPerInvoke = Connections)]
    public void ReuseportInBatches()
    {
        int listener = _member!.Value;
        int taken = 0;
        while (taken < Connections)
        {
            _ofMember!.Wait(_events, UntilReady);
            for (int batch = 0; batch < Batch; batch++)
            {
                int result = SocketCalls.Accept4(listener);
                if (result == -ErrnoCode.EAGAIN)
                {
                    break;
                }

                SocketCalls.Close(LinuxException.ThrowIfError(result, "accept4", "the member of a group"));
                taken++;
            }
        }
    }

    private static Epoll Watching(int fd, EpollEvents events)
    {
        Epoll epoll = Epoll.Create();
        LinuxException.ThrowIfError(epoll.Add(fd, events, ListenerEvent), "epoll_ctl", "a listener");
        return epoll;
    }

    private void AcceptOneByOne(Epoll epoll, int listener)
    {
        for (int taken = 0; taken < Connections; taken++)
        {
            epoll.Wait(_events, UntilReady);
            SocketCalls.Close(LinuxException.ThrowIfError(SocketCalls.Accept4(listener), "accept4", "the listener"));
        }
    }
}
