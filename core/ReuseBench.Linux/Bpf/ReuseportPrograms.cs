namespace ReuseBench.Linux;

/// <summary>Programs that pick the listener of a SO_REUSEPORT group.</summary>
public static class ReuseportPrograms
{
    // Offset of hash in struct sk_reuseport_md, include/uapi/linux/bpf.h.
    private const short HashOffset = 32;
    private const int SkPass = 1;
    private const short KeyOffset = -4;
    private const int BitsOfHash = 32;
    private const int SignBit = 63;

    /// <summary>
    /// The listener whose CPU handles the packet: listener i for <paramref name="cpus"/>[i], each index the place in the group. A packet on a
    /// CPU that is not named goes by the kernel's hash, since the program's answer is then out of range.
    /// </summary>
    public static CbpfInstruction[] ByCpu(IReadOnlyList<int> cpus)
    {
        List<CbpfInstruction> program = [new(CbpfOpcode.LoadWordAbsolute, 0, 0, CbpfAncillary.Cpu)];
        for (int listener = 0; listener < cpus.Count; listener++)
        {
            program.Add(new CbpfInstruction(CbpfOpcode.JumpIfEqual, 0, 1, (uint)cpus[listener]));
            program.Add(new CbpfInstruction(CbpfOpcode.ReturnConstant, 0, 0, (uint)listener));
        }

        program.Add(new CbpfInstruction(CbpfOpcode.ReturnConstant, 0, 0, uint.MaxValue));
        return [.. program];
    }

    /// <summary>Any listener, anew for every connection.</summary>
    /// <param name="listeners">Size of the group; a smaller one falls back to the hash for the missing ones.</param>
    /// <param name="first">Index of the first of them: those before it get nothing.</param>
    public static CbpfInstruction[] AtRandom(int listeners, int first = 0) =>
    [
        new(CbpfOpcode.LoadWordAbsolute, 0, 0, CbpfAncillary.Random),
        new(CbpfOpcode.ModuloConstant, 0, 0, (uint)listeners),
        new(CbpfOpcode.AddConstant, 0, 0, (uint)first),
        new(CbpfOpcode.ReturnAccumulator, 0, 0, 0),
    ];

    /// <summary>
    /// By weight, decided by the kernel's hash of the 4-tuple: a client's tuple keeps its listener. The hash is scaled to the sum of the weights
    /// and compared with their running sums.
    /// </summary>
    /// <param name="sockets">Map from number to listener.</param>
    /// <param name="weights">Of listener 0, 1, …; each at least 1, in all at most 2³¹ − 1.</param>
    public static EbpfInstruction[] ByWeight(BpfMap sockets, IReadOnlyList<int> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Count, 1, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Min(), 1, nameof(weights));
        EbpfAssembler program = new EbpfAssembler()
            .Move(EbpfRegister.R6, EbpfRegister.R1)
            .Load32(EbpfRegister.R7, EbpfRegister.R1, HashOffset)
            .Multiply(EbpfRegister.R7, weights.Sum())
            .ShiftRight(EbpfRegister.R7, 32);
        int sum = 0;
        for (int listener = 0; listener < weights.Count; listener++)
        {
            sum += weights[listener];
            program.Move(EbpfRegister.R8, listener).JumpIfLess(EbpfRegister.R7, sum, "chosen");
        }

        return Select(program.Label("chosen"), sockets).Assemble();
    }

    /// <summary>Strict turns over all CPUs: one counter that every connection raises.</summary>
    /// <param name="sockets">Map from number to listener.</param>
    /// <param name="counter">An array with one entry.</param>
    /// <param name="listeners">How many take turns.</param>
    public static EbpfInstruction[] InTurns(BpfMap sockets, BpfMap counter, int listeners)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listeners, 1);
        EbpfAssembler program = new EbpfAssembler()
            .Move(EbpfRegister.R6, EbpfRegister.R1)
            .Store32(EbpfRegister.R10, KeyOffset, 0)
            .LoadMap(EbpfRegister.R1, counter)
            .Move(EbpfRegister.R2, EbpfRegister.R10)
            .Add(EbpfRegister.R2, KeyOffset)
            .Call(EbpfHelper.MapLookup)
            .JumpIfEqual(EbpfRegister.R0, 0, "pass")
            .Move(EbpfRegister.R8, 1)
            .FetchAdd64(EbpfRegister.R0, 0, EbpfRegister.R8)
            .Modulo(EbpfRegister.R8, listeners);
        return Select(program, sockets).Assemble();
    }

    /// <summary>
    /// By the kernel's hash, past workers that stand still. The listener of the hash gets the connection where its worker lives, as without a program;
    /// otherwise the rest of the hash picks one of those that do, evenly. Where none does, the kernel's hash decides.
    /// </summary>
    /// <param name="sockets">Map from number to listener, in the order of listen(2).</param>
    /// <param name="beats">When the worker of each listener last showed that it lives.</param>
    /// <param name="stalledAfterNs">From here on a worker stands still that has not shown that it lives; at most 2³¹ − 1.</param>
    /// <remarks>
    /// Straight code, without a branch for each worker: the verifier follows every path, and would give up on those of a few dozen workers. Whether a
    /// worker lives is a sign bit: that of (limit − its time).
    /// </remarks>
    public static EbpfInstruction[] PastStalled(BpfMap sockets, HeartbeatMap beats, int stalledAfterNs)
    {
        ArgumentNullException.ThrowIfNull(beats);
        ArgumentOutOfRangeException.ThrowIfLessThan(stalledAfterNs, 1);
        int listeners = beats.Workers;
        const EbpfRegister Context = EbpfRegister.R6;
        const EbpfRegister Hash = EbpfRegister.R7;
        const EbpfRegister Limit = EbpfRegister.R8;
        const EbpfRegister Times = EbpfRegister.R9;
        const EbpfRegister Place = EbpfRegister.R1;
        const EbpfRegister Seen = EbpfRegister.R3;
        const EbpfRegister Lives = EbpfRegister.R4;
        const EbpfRegister Value = EbpfRegister.R5;
        EbpfAssembler program = new EbpfAssembler()
            .Move(Context, EbpfRegister.R1)
            .Load32(Hash, EbpfRegister.R1, HashOffset)
            .Call(EbpfHelper.KtimeGetNs)
            .Move(Limit, EbpfRegister.R0)
            .Add(Limit, -stalledAfterNs)
            .Store32(EbpfRegister.R10, KeyOffset, 0)
            .LoadMap(EbpfRegister.R1, beats.Map)
            .Move(EbpfRegister.R2, EbpfRegister.R10)
            .Add(EbpfRegister.R2, KeyOffset)
            .Call(EbpfHelper.MapLookup)
            .JumpIfEqual(EbpfRegister.R0, 0, "pass")
            .Move(Times, EbpfRegister.R0);

        // The kernel's own choice (reciprocal_scale): the place is in the high half, what the hash has beyond that in the low half.
        program
            .Multiply(Hash, listeners)
            .Move(Place, Hash)
            .ShiftRight(Place, BitsOfHash)
            .Move(EbpfRegister.R2, Place)
            .Multiply(EbpfRegister.R2, sizeof(long))
            .Add(EbpfRegister.R2, Times)
            .Load64(EbpfRegister.R2, EbpfRegister.R2, 0)
            .JumpIfGreater(EbpfRegister.R2, Limit, "chosen")
            .Move(Seen, 0);
        for (int listener = 0; listener < listeners; listener++)
        {
            CountIfAlive(program, listener);
        }

        // Which of those that live, from 1 on.
        program
            .JumpIfEqual(Seen, 0, "pass")
            .ShiftLeft(Hash, BitsOfHash)
            .ShiftRight(Hash, BitsOfHash)
            .Multiply(Hash, Seen)
            .ShiftRight(Hash, BitsOfHash)
            .Add(Hash, 1)
            .Move(Seen, 0)
            .Move(Place, 0);
        for (int listener = 0; listener < listeners; listener++)
        {
            // Its place is the number of workers up to which fewer than so many live.
            CountIfAlive(program, listener)
                .Move(Value, Seen)
                .Subtract(Value, Hash)
                .ShiftRight(Value, SignBit)
                .Add(Place, Value);
        }

        return Select(program.Label("chosen").Move(EbpfRegister.R8, Place), sockets).Assemble();

        static EbpfAssembler CountIfAlive(EbpfAssembler program, int listener) => program
            .Load64(Value, Times, (short)(listener * sizeof(long)))
            .Move(Lives, Limit)
            .Subtract(Lives, Value)
            .ShiftRight(Lives, SignBit)
            .Add(Seen, Lives);
    }

    /// <summary>Selects listener R8 for the context R6 and passes; where it is gone, the kernel's hash decides.</summary>
    private static EbpfAssembler Select(EbpfAssembler program, BpfMap sockets) => program
        .Store32(EbpfRegister.R10, KeyOffset, EbpfRegister.R8)
        .Move(EbpfRegister.R1, EbpfRegister.R6)
        .LoadMap(EbpfRegister.R2, sockets)
        .Move(EbpfRegister.R3, EbpfRegister.R10)
        .Add(EbpfRegister.R3, KeyOffset)
        .Move(EbpfRegister.R4, 0)
        .Call(EbpfHelper.SelectReuseport)
        .Label("pass")
        .Move(EbpfRegister.R0, SkPass)
        .Exit();
}
