using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.AcceptOnly;
using ReuseBench.Bench.Host;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Held;

/// <summary>
/// Requests, each on a connection of its own that stays open, and who answered which. Non-blocking and looked at in turn, since some answers are
/// meant to stay away.
/// </summary>
internal sealed class HeldRequests(AcceptProbeClient client, int answerBytes) : IDisposable
{
    private const int PollMs = 1;

    private static readonly byte[] Request = HttpConnection.Get("held");

    private readonly List<HttpConnection> _open = [];
    private readonly List<HttpConnection> _waiting = [];
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

            HttpConnection connection = HttpConnection.On(fd);
            _open.Add(connection);
            _waiting.Add(connection);
            LinuxException.ThrowIfError(connection.Send(Request), "send", "a request that is held open");
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
            if (_waiting.RemoveAll(connection => IsAnswered(connection, byWorker)) > 0)
            {
                lastNs = MonotonicClock.NowNs();
            }
            else
            {
                cancel.WaitHandle.WaitOne(PollMs);
            }
        }
    }

    public void Dispose() => _open.ForEach(connection => connection.Reset());

    private bool IsAnswered(HttpConnection connection, long[] byWorker)
    {
        int result = connection.Receive(_answer);
        if (result == -ErrnoCode.EAGAIN)
        {
            return false;
        }

        if (result <= 0)
        {
            throw new RepeatFailedException(
                $"a request that is held open had no response ({(result < 0 ? Errno.FromResult(result).Name : "the server closed")})");
        }

        byWorker[WorkerHeader.Of(_answer.AsSpan(0, result))]++;
        return true;
    }
}
