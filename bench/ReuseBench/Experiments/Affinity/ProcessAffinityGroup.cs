using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Affinity;

/// <summary>Listeners that are a <c>serve</c> process each; a tuple's listener is who answers it.</summary>
internal sealed class ProcessAffinityGroup(ServerSettings settings, IChildren children, CancellationToken cancel) : IAffinityGroup
{
    /// <summary>Far longer than an idle server on loopback takes.</summary>
    private const int TimeoutSeconds = 5;

    private static readonly byte[] Request = HttpConnection.Get("affinity");

    /// <summary>By number; a closed one is gone.</summary>
    private readonly Dictionary<int, IServerUnderTest> _servers = [];

    /// <summary>The number of the listener whose answers name this worker: a process keeps its worker, but not its number.</summary>
    private readonly Dictionary<int, int> _numberOfWorker = [];

    private ReuseportGroup? _places;
    private int _nextNumber;
    private int _nextWorker;
    private int _port = settings.Port;

    public string JoinedBy => "x-worker";

    public void Build(int listeners)
    {
        Dispose();
        _servers.Clear();
        _numberOfWorker.Clear();
        _places = null;
        (_nextNumber, _nextWorker) = (0, 0);
        for (int listener = 0; listener < listeners; listener++)
        {
            // Each is ready before the next starts: the order of listen(2) is that of the numbers.
            Add();
        }
    }

    /// <summary>
    /// As few starts as possible, since a process costs a third of a second: who stands at the wrong end of the group is closed, who is
    /// missing joins there, and the places give the numbers.
    /// </summary>
    public void Restore(int listeners)
    {
        while (_places!.Places.Count > listeners)
        {
            Close(_places.Places[^1]);
        }

        while (_places.Places.Count < listeners)
        {
            Add();
        }

        IServerUnderTest[] inOrder = [.. _places.Places.Select(number => _servers[number])];
        Dictionary<int, int> placeOf = _places.Places.Index().ToDictionary(p => p.Item, p => p.Index);
        foreach ((int worker, int number) in _numberOfWorker.ToArray())
        {
            _numberOfWorker[worker] = placeOf[number];
        }

        _servers.Clear();
        foreach ((int place, IServerUnderTest server) in inOrder.Index())
        {
            _servers[place] = server;
        }

        _places = ReuseportGroup.Of(listeners);
        _nextNumber = listeners;
    }

    public void Add()
    {
        ServerSettings one = settings with { Workers = 1, Processes = 1, Port = _port };
        IServerUnderTest server = children.StartServer(one, workerBase: _nextWorker);
        _servers[_nextNumber] = server;
        _numberOfWorker[_nextWorker] = _nextNumber;
        _places = _places?.Add(_nextNumber) ?? ReuseportGroup.Of(1);
        _port = server.Ready.Port;
        _nextNumber++;
        _nextWorker++;
    }

    public void Close(int listener)
    {
        _ = _servers[listener].Stop();
        _servers[listener].Dispose();
        _servers.Remove(listener);
        _numberOfWorker.Remove(_numberOfWorker.Single(n => n.Value == listener).Key);
        _places = _places!.Close(listener);
    }

    public int[] Observe(IReadOnlyList<SockAddr> tuples)
    {
        SockAddr target = SockAddr.From(settings.Bind, (ushort)_port);
        byte[] answer = new byte[settings.ResponseBytes + 1024];
        return [.. tuples.Select(tuple => Ask(tuple, target, answer))];
    }

    public void Dispose()
    {
        foreach (IServerUnderTest server in _servers.Values)
        {
            server.Dispose();
        }
    }

    private int Ask(SockAddr tuple, SockAddr target, byte[] answer)
    {
        cancel.ThrowIfCancellationRequested();

        // Blocking, within the timeout: one connection at a time, to a server that is idle.
        HttpConnection? connection = HttpConnection.TryConnect(target, tuple, TimeoutSeconds, shared: false, out int result);
        if (connection is null)
        {
            return IsTaken(result) ? -1 : throw NotAnswered(tuple, result);
        }

        try
        {
            result = connection.Send(Request);
            result = result < 0 ? result : connection.Receive(answer);
            return result > 0 ? NumberOf(WorkerHeader.Of(answer.AsSpan(0, result))) : throw NotAnswered(tuple, result);
        }
        finally
        {
            connection.Reset();
        }
    }

    /// <summary>Whether it is the tuple that is not free.</summary>
    private static bool IsTaken(int result) => result is -ErrnoCode.EADDRINUSE or -ErrnoCode.EADDRNOTAVAIL or -ErrnoCode.EACCES;

    private static RepeatFailedException NotAnswered(SockAddr tuple, int result) => new($"a request from {tuple} had no response ({result})");

    private int NumberOf(int worker) => _numberOfWorker.TryGetValue(worker, out int number)
        ? number
        : throw new RepeatFailedException($"worker {worker} responded, whose process has been closed");
}
