using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace ReuseBench.Linux;

/// <summary>This process becomes another program: <see href="https://man7.org/linux/man-pages/man2/execve.2.html">execve(2)</see>, without a shell.</summary>
public static unsafe class ProgramExecution
{
    /// <summary>
    /// Becomes a program that knows nothing of this one: in a session of its own, with the usual answer to every signal, and with SIGKILL when the thread
    /// that started this process ends. Descriptors of ours have CLOEXEC. Returns only by an exception.
    /// </summary>
    /// <param name="parentPid">The parent that started us, as it told us.</param>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <exception cref="LinuxException">The program cannot be executed, or that parent is gone already.</exception>
    [DoesNotReturn]
    public static void BecomeStranger(int parentPid, IReadOnlyList<string> arguments)
    {
        ChildProcess.BeginSession();
        AnswerSignals();
        ChildProcess.DieWithParentOrNow(parentPid);
        Become(arguments, OwnEnvironment());
    }

    /// <summary>
    /// Becomes another program in the place of this one: in its session, with its environment and working directory, and the usual answer to every signal.
    /// Returns only by an exception.
    /// </summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <exception cref="LinuxException">The program cannot be executed.</exception>
    [DoesNotReturn]
    public static void Become(IReadOnlyList<string> arguments)
    {
        AnswerSignals();
        Become(arguments, OwnEnvironment());
    }

    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <param name="environment">Each NAME=VALUE.</param>
    /// <exception cref="LinuxException">The program cannot be executed.</exception>
    [DoesNotReturn]
    internal static void Become(IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        byte** argv = NativeStrings(arguments);
        _ = LibC.execve(argv[0], argv, NativeStrings(environment));
        LinuxException.Throw(LibC.Result(-1), "execve", arguments[0]);
    }

    private static string[] OwnEnvironment() =>
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];

    /// <summary>The runtime ignores SIGPIPE and a parent of ours may ignore SIGINT; what is ignored stays so across execve.</summary>
    private static void AnswerSignals()
    {
        foreach (Signal signal in (Signal[])[Signal.Pipe, Signal.Interrupt, Signal.HangUp, Signal.Terminate])
        {
            if (LibC.signal((int)signal, LibC.SIG_DFL) == LibC.SIG_ERR)
            {
                LinuxException.Throw(LibC.Result(-1), "signal", $"{signal}");
            }
        }
    }

    /// <summary>A NULL-terminated array of C strings, never freed: execve(2) replaces the memory.</summary>
    private static byte** NativeStrings(IReadOnlyList<string> strings)
    {
        byte** array = (byte**)NativeMemory.Alloc((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (int index = 0; index < strings.Count; index++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(strings[index] + '\0');
            array[index] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(array[index], bytes.Length));
        }

        array[strings.Count] = null;
        return array;
    }
}
