using System.Diagnostics;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>
/// This program, started in another role as a child of the calling thread: it dies with that thread, however the thread ends, and it is
/// in that thread's network namespace. Standard error goes line by line to a sink; arguments go as a list, never through a shell.
/// </summary>
internal sealed class ChildRole : IDisposable
{
    private readonly Process _process;
    private readonly string _role;

    private ChildRole(string role, Process process)
    {
        _role = role;
        _process = process;
    }

    public int Pid => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    /// <summary>Its standard input; a role that reads none has it closed at the start.</summary>
    public StreamWriter Input => _process.StandardInput;

    public static ChildRole Start(string role, IEnumerable<string> arguments)
    {
        string[] self = SelfExecutable.Find();
        ProcessStartInfo start = new(self[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (string argument in self.Skip(1).Append(role).Concat(arguments).Append("--parent-pid").Append($"{Environment.ProcessId}"))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{role}: no process was started");
        return new ChildRole(role, process);
    }

    /// <summary>Asks it to stop; nothing happens where it has already ended.</summary>
    public void Terminate() => Send(Signal.Terminate);

    /// <summary>Asks it to begin anew.</summary>
    public void HangUp() => Send(Signal.HangUp);

    public void Kill() => Send(Signal.Kill);

    /// <exception cref="RepeatFailedException">It did not end in time; it has been killed.</exception>
    public int WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            Kill();
            _process.WaitForExit();
            throw new RepeatFailedException($"{_role} did not end within {limit.TotalSeconds:0.#} s and was killed");
        }

        return _process.ExitCode;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Kills it where it still runs, and waits until it is gone.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            _ = ChildProcess.Kill(_process.Id, signal);
        }
    }
}
