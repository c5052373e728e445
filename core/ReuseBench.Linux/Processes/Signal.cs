namespace ReuseBench.Linux;

/// <summary>
/// Signal numbers of x64 and arm64. <see href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</see>
/// </summary>
public enum Signal
{
    /// <summary>Delivers nothing: asks whether the process is there.</summary>
    None = 0,
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    User1 = 10,
    User2 = 12,
    Pipe = 13,
    Terminate = 15,
    Child = 17,
    Continue = 18,
    Stop = 19,
}
