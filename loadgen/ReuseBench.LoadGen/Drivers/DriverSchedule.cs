namespace ReuseBench.LoadGen.Drivers;

/// <summary>What an open loop's schedule held in the window, where the driver keeps the schedule to itself.</summary>
internal static class DriverSchedule
{
    private const double Sigmas = 3;

    /// <summary>
    /// As many as it asked for; but where those are fewer than the rate makes, and by more than chance does, the driver fell behind its own
    /// schedule, and the rate's number counts. A driver that draws each second's moments at random has rate·φ(1 − φ) of variance at either
    /// end of a window that begins at φ of a second, together rate / 2 at most.
    /// </summary>
    /// <param name="asked">Requests that it asked for in the window.</param>
    /// <param name="ratePerS">That it was told to make.</param>
    /// <param name="windowS">Length of the window, seconds.</param>
    public static long Of(long asked, double ratePerS, double windowS)
    {
        double told = ratePerS * windowS;
        return asked >= told - (Sigmas * Math.Sqrt(ratePerS / 2)) ? asked : (long)Math.Round(told);
    }
}
