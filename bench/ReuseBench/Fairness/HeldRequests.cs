using ReuseBench.Bench.Running;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>
/// Requests, each on a connection of its own that stays open, and who answered which. Non-blocking and looked at in turn, since some answers are
/// meant to stay away.
/// </summary>
internal sealed class HeldRequests(AcceptProbeClient client, int answerBytes) : IDisposable
{
    private const int PollMs = 1;

    private readonly List<int> _open = [];
    private readonly List<int> _waiting = [];
    private readonly byte[] _answer = new byte[answerBytes];

    /// <summary>Requests that were sent.</summary>
    public int Sent => _open.Count;

    /// <summary>Of these, those without an answer so far.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Sends one request from each of the plan's next tuples; a tuple that is not free is left out.</summary>
    /// <param name="count">How many tuples.</param>
    /// <exception cref="LinuxException">A call failed.</exception>
    public void Send(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int fd = client.Open();
            if (fd < 0)
            {
                continue;
            }

            _open.Add(fd);
            _waiting.Add(fd);
            LinuxException.ThrowIfError(SocketCalls.Send(fd, "GET / HTTP/1.1\r\nHost: stall\r\n\r\n"u8), "send", "a request of the stall");
        }
    }

    /// <summary>Takes answers until none is missing, or none has come for <paramref name="quiet"/>.</summary>
    /// <param name="byWorker">Counts the answers.</param>
    /// <param name="quiet">How long nothing may come.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="RepeatFailedException">A connection broke.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Take(long[] byWorker, TimeSpan quiet, CancellationToken cancel)
    {
        long lastNs = MonotonicClock.NowNs();
        while (_waiting.Count > 0 && MonotonicClock.NowNs() - lastNs < quiet.TotalNanoseconds)
        {
            cancel.ThrowIfCancellationRequested();
            if (_waiting.RemoveAll(fd => IsAnswered(fd, byWorker)) > 0)
            {
                lastNs = MonotonicClock.NowNs();
            }
            else
            {
                cancel.WaitHandle.WaitOne(PollMs);
            }
        }
    }

    public void Dispose() => _open.ForEach(AcceptProbeClient.Reset);

    private bool IsAnswered(int fd, long[] byWorker)
    {
        int result = SocketCalls.Receive(fd, _answer);
        if (result == -ErrnoCode.EAGAIN)
        {
            return false;
        }

        if (result <= 0)
        {
            throw new RepeatFailedException($"a request of the stall was not answered ({(result < 0 ? Errno.FromResult(result).Name : "the server closed")})");
        }

        byWorker[WorkerHeader.Of(_answer.AsSpan(0, result))]++;
        return true;
    }
}
