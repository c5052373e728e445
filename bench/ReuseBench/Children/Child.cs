using System.Collections.Concurrent;
using System.Diagnostics;
using ReuseBench.Bench.Host;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Children;

/// <summary>
/// A process that the calling thread starts, follows and ends. Where the program agrees to it (<c>--parent-pid</c>), it dies with that thread,
/// however the thread ends; it is in that thread's network namespace. Arguments go as a list, never through a shell.
/// </summary>
internal sealed class Child : IDisposable
{
    /// <summary>What the runtime gives as the exit code of a process that a signal ended: this and the signal.</summary>
    private const int ShellSignalBase = 128;

    /// <summary>From the end of a process to the end of what it said.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StreamLimit = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly Process _process;
    private readonly RepeatLog _log;
    private readonly BlockingCollection<string> _lines = [];
    private Task _reading = Task.CompletedTask;
    private Task _errors = Task.CompletedTask;
    private volatile string _lastWord = "it said nothing";

    private Child(string name, Process process, RepeatLog log)
    {
        _name = name;
        _process = process;
        _log = log;
    }

    public int Pid => _process.Id;

    /// <summary>Whether its standard output has ended and every line of it was taken.</summary>
    public bool HasNoMoreLines => _lines.IsCompleted;

    /// <summary>Starts this program in another role, without waiting for anything.</summary>
    /// <param name="role">A command, such as <c>serve</c>.</param>
    /// <param name="arguments">Of the role.</param>
    /// <param name="log">Takes what it says on standard error.</param>
    public static Child InRole(string role, IEnumerable<string> arguments, RepeatLog log) =>
        Start(role, [.. SelfExecutable.InRole(role), .. arguments, "--parent-pid", $"{Environment.ProcessId}"], log);

    /// <summary>Starts a program, without waiting for anything.</summary>
    /// <param name="name">In the log and in messages.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="log">Takes what it says on standard error.</param>
    /// <param name="environment">Variables that it gets beside ours.</param>
    public static Child Start(string name, IReadOnlyList<string> command, RepeatLog log, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        // A .NET process that is killed leaves the pipes of its diagnostics in the temporary folder.
        start.Environment[Surroundings.EnableDiagnostics] = "0";
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{name}: no process was started");
        return new Child(name, process, log);
    }

    /// <summary>Reads both its streams in the background from here on.</summary>
    /// <param name="onLine">Gets each line of standard output; without it they are kept for <see cref="WaitLine"/>.</param>
    /// <param name="onError">Gets each line of standard error; without it they go to the log.</param>
    /// <param name="keepsInput">Leaves its input open for <see cref="Tell"/>; otherwise it is closed.</param>
    public void Follow(Action<string>? onLine = null, Action<string>? onError = null, bool keepsInput = false)
    {
        if (!keepsInput)
        {
            CloseInput();
        }

        _reading = Task.Run(() =>
        {
            ReadAll(_process.StandardOutput, onLine ?? _lines.Add);
            _lines.CompleteAdding();
        });
        _errors = Task.Run(() => ReadAll(_process.StandardError, onError ?? Note));
    }

    /// <summary>Everything that it writes to standard output, once it has ended.</summary>
    public Task<string> ReadToEnd() => _process.StandardOutput.ReadToEndAsync();

    /// <summary>Each line of standard error as it comes, on the calling thread, until the end of the process.</summary>
    public IEnumerable<string> Errors()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Takes a line of standard error into the log and remembers it as the last word.</summary>
    public void Note(string line)
    {
        _log.Add(_name, line);

        // The lines of a stack are no last words.
        if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
        {
            _lastWord = line;
        }
    }

    /// <summary>Writes a line to its standard input and closes that; a child that has ended by itself does not mind.</summary>
    public void Tell(string line)
    {
        Order(line);
        CloseInput();
    }

    /// <summary>Writes a line to its standard input, which stays open; likewise.</summary>
    public void Order(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Its exit code and last word say why.
        }
    }

    /// <summary>Waits for a line of standard output that begins so; others are passed over.</summary>
    /// <returns>What follows the prefix; null where the process ended, or the time passed, before it said so.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string? WaitLine(string prefix, TimeSpan limit, CancellationToken cancel = default)
    {
        long deadlineNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        while (_lines.TryTake(out string? line, Math.Max(0, (int)((deadlineNs - MonotonicClock.NowNs()) / 1_000_000)), cancel))
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line[prefix.Length..];
            }
        }

        return null;
    }

    /// <summary>The last thing that it said on standard error, whatever others say meanwhile.</summary>
    public string LastWord()
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

        int code = WaitForExit(EndLimit);
        return code > ShellSignalBase ? $"signal {code - ShellSignalBase}" : $"exit code {code}";
    }

    /// <summary>Asks it to stop; nothing happens where it has already ended.</summary>
    public void Terminate() => Send(Signal.Terminate);

    /// <summary>Asks it to begin anew.</summary>
    public void HangUp() => Send(Signal.HangUp);

    public void Kill() => Send(Signal.Kill);

    /// <returns>The exit code.</returns>
    /// <exception cref="RepeatFailedException">It did not end in time; it has been killed.</exception>
    public int WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            Kill();
            _process.WaitForExit();
            throw new RepeatFailedException($"{_name} did not end within {limit.TotalSeconds:0.#} s and was killed");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits a while.</summary>
    /// <returns>Its exit code; null where it goes on.</returns>
    public int? TryWaitForExit(TimeSpan limit) => _process.WaitForExit(limit) ? _process.ExitCode : null;

    /// <summary>Kills it where it still runs, and waits until it is gone and its streams are read to their end.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _ = Task.WaitAll([_reading, _errors], StreamLimit);
        _process.Dispose();
        _lines.Dispose();
    }

    /// <summary>Its standard error ends with it.</summary>
    private bool HasLastWord() => _errors.Wait(EndLimit);

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // What is still to be written has nobody to read it.
        }
    }

    private static void ReadAll(StreamReader stream, Action<string> onLine)
    {
        while (stream.ReadLine() is { } line)
        {
            onLine(line);
        }
    }

    private void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            _ = ChildProcess.Kill(_process.Id, signal);
        }
    }
}
