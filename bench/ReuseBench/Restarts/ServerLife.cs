using System.Collections.Concurrent;
using System.Text.Json;
using ReuseBench.Bench.Running;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Restarts;

/// <summary>A server process that takes part in a restart; it may be stopped, killed, or told to begin its next life.</summary>
internal sealed class ServerLife : IDisposable
{
    /// <summary>What the runtime gives as the exit code of a process that a signal ended: this and the signal.</summary>
    private const int ShellSignalBase = 128;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private readonly ChildRole _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly RepeatLog _log;
    private readonly Task _reading;
    private readonly Task _errors;
    private volatile string _lastWord = "it said nothing";

    private ServerLife(ChildRole process, RepeatLog log)
    {
        _process = process;
        _log = log;
        _reading = Task.Run(ReadLines);
        _errors = Task.Run(ReadErrors);
    }

    /// <summary>Starts it, without waiting for anything.</summary>
    /// <param name="role"><c>serve</c>, or the exec step before it.</param>
    /// <param name="arguments">Of the role.</param>
    /// <param name="log">Takes its standard error.</param>
    public static ServerLife Start(string role, IEnumerable<string> arguments, RepeatLog log)
    {
        ChildRole process = ChildRole.Start(role, arguments);
        process.Input.Close();
        return new ServerLife(process, log);
    }

    /// <summary>Waits for the next life to listen.</summary>
    /// <returns>Null where the process ended, or the time passed, before it said so.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ServerReady? WaitReady(TimeSpan limit, CancellationToken cancel)
    {
        long deadlineNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        while (_lines.TryTake(out string? line, Math.Max(0, (int)((deadlineNs - MonotonicClock.NowNs()) / 1_000_000)), cancel))
        {
            if (line.StartsWith(ServerReady.Prefix, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize(line[ServerReady.Prefix.Length..], WireJson.Default.ServerReady);
            }
        }

        return null;
    }

    /// <summary>Why it did not become ready: its last word, whatever others say meanwhile.</summary>
    public string Complaint()
    {
        _ = HasLastWord();
        return _lastWord;
    }

    /// <returns>How it ended, such as <c>exit code 2</c>; null where it goes on.</returns>
    public string? End()
    {
        if (!HasLastWord())
        {
            return null;
        }

        int code = _process.WaitForExit(EndLimit);
        return code > ShellSignalBase ? $"signal {code - ShellSignalBase}" : $"exit code {code}";
    }

    public void AskToStop() => _process.Terminate();

    public void AskToSucceed() => _process.HangUp();

    public void Kill() => _process.Kill();

    /// <returns>CLOCK_MONOTONIC just after its end was seen.</returns>
    /// <exception cref="RepeatFailedException">It did not end in time; it has been killed.</exception>
    public long WaitGone(TimeSpan limit)
    {
        _process.WaitForExit(limit);
        return MonotonicClock.NowNs();
    }

    /// <summary>Kills it where it still runs.</summary>
    public void Dispose()
    {
        // Its streams end with it, and are read to their end before they are disposed.
        _process.Kill();
        Task.WaitAll([_reading, _errors], TimeSpan.FromSeconds(5));
        _process.Dispose();
        _lines.Dispose();
    }

    /// <summary>Its standard error ends with it.</summary>
    private bool HasLastWord() => _errors.Wait(EndLimit);

    private void ReadErrors()
    {
        while (_process.Error.ReadLine() is { } line)
        {
            _log.Add("serve", line);
            // The lines of a stack are no last words.
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                _lastWord = line;
            }
        }
    }

    private void ReadLines()
    {
        while (_process.Output.ReadLine() is { } line)
        {
            _lines.Add(line);
        }

        _lines.CompleteAdding();
    }
}
