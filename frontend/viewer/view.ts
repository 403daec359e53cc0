// The camera: where it stands, how far it may turn, the three views, and the keys.
import { Box3, PerspectiveCamera, Spherical, Vector3 } from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";

export const VIEWS = ["right", "front", "left"] as const;
export type ViewName = (typeof VIEWS)[number];

const DEGREE = Math.PI / 180;
const FIELD = 24; // degrees from top to bottom: a long lens, as portraits are taken
const MARGIN = 1.08;
const MOST_TURN = 75 * DEGREE;
const MOST_TILT = 60 * DEGREE;
const TURN_MS = 380;
const STEP = 7.5 * DEGREE;
const TURNS: Record<ViewName, number> = { right: -45 * DEGREE, front: 0, left: 45 * DEGREE };

export const isView = (name: string): name is ViewName =>
  (VIEWS as readonly string[]).includes(name);

const within = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

interface Pose {
  turn: number;
  tilt: number;
  distance: number;
  target: Vector3;
}

export class View {
  readonly camera = new PerspectiveCamera(FIELD, 1, 10, 5000);
  readonly controls: OrbitControls;
  private readonly centre = new Vector3();
  private readonly half = new Vector3();
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  private fitted = 0;
  private motion: { from: Pose; to: Pose; start: number } | null = null;

  /** `changed` is called whenever a picture has to be drawn again. */
  constructor(
    box: Box3,
    canvas: HTMLCanvasElement,
    private readonly changed: () => void,
  ) {
    box.getCenter(this.centre);
    box.getSize(this.half).multiplyScalar(0.5);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.minAzimuthAngle = -MOST_TURN;
    this.controls.maxAzimuthAngle = MOST_TURN;
    this.controls.minPolarAngle = Math.PI / 2 - MOST_TILT;
    this.controls.maxPolarAngle = Math.PI / 2 + MOST_TILT;
    this.controls.enableDamping = !this.calm.matches;
    this.controls.dampingFactor = 0.15;
    this.controls.addEventListener("start", () => (this.motion = null));
    this.controls.addEventListener("change", () => {
      this.controls.target.clamp(box.min, box.max);
      changed();
    });
  }

  /** The distance from which the whole face fits, however it is turned. */
  private fit(aspect: number): number {
    const up = Math.tan((FIELD / 2) * DEGREE);
    const wide = Math.hypot(this.half.x, this.half.z);
    return MARGIN * Math.max(this.half.y / up, wide / (up * aspect)) + this.half.z;
  }

  resize(width: number, height: number): void {
    const aspect = width / height;
    const fitted = this.fit(aspect);
    this.camera.aspect = aspect;
    this.camera.near = fitted * 0.05;
    this.camera.far = fitted * 4;
    this.camera.updateProjectionMatrix();
    this.controls.minDistance = fitted * 0.2;
    this.controls.maxDistance = fitted * 1.5;
    const pose = this.fitted === 0 ? this.home(0) : this.pose();
    this.motion = null;
    this.put({ ...pose, distance: this.fitted === 0 ? fitted : pose.distance * (fitted / this.fitted) });
    this.fitted = fitted;
  }

  private home(turn: number): Pose {
    return { turn, tilt: 0, distance: this.fitted, target: this.centre.clone() };
  }

  private pose(): Pose {
    const spherical = new Spherical().setFromVector3(
      this.camera.position.clone().sub(this.controls.target),
    );
    return {
      turn: spherical.theta,
      tilt: Math.PI / 2 - spherical.phi,
      distance: spherical.radius,
      target: this.controls.target.clone(),
    };
  }

  private put(pose: Pose): void {
    const place = new Vector3().setFromSphericalCoords(
      pose.distance,
      Math.PI / 2 - pose.tilt,
      pose.turn,
    );
    this.controls.target.copy(pose.target);
    this.camera.position.copy(pose.target).add(place);
    this.controls.update();
    this.changed();
  }

  private go(to: Pose): void {
    if (this.calm.matches) {
      this.put(to);
      return;
    }
    this.motion = { from: this.pose(), to, start: performance.now() };
    this.changed();
  }

  set(name: ViewName): void {
    this.go(this.home(TURNS[name]));
  }

  /** Which of the three views this is, if it is one. */
  get name(): ViewName | null {
    const { turn, tilt } = this.motion?.to ?? this.pose();
    if (Math.abs(tilt) > 0.5 * DEGREE) return null;
    return VIEWS.find((name) => Math.abs(TURNS[name] - turn) < 0.5 * DEGREE) ?? null;
  }

  /** Turn so that a piece of skin with this normal is seen. */
  face(normal: Vector3): void {
    const pose = this.pose();
    this.go({
      ...pose,
      turn: within(Math.atan2(normal.x, normal.z), 60 * DEGREE),
      tilt: within(Math.asin(within(normal.y / normal.length(), 1)), 30 * DEGREE),
    });
  }

  key(key: string): boolean {
    const pose = this.motion?.to ?? this.pose();
    const turned = (turn: number, tilt: number): Pose => ({
      ...pose,
      turn: within(pose.turn + turn, MOST_TURN),
      tilt: within(pose.tilt + tilt, MOST_TILT),
    });
    const zoomed = (factor: number): Pose => ({
      ...pose,
      distance: Math.min(
        this.controls.maxDistance,
        Math.max(this.controls.minDistance, pose.distance * factor),
      ),
    });
    switch (key) {
      case "ArrowLeft":
        this.go(turned(-STEP, 0));
        return true;
      case "ArrowRight":
        this.go(turned(STEP, 0));
        return true;
      case "ArrowUp":
        this.go(turned(0, STEP));
        return true;
      case "ArrowDown":
        this.go(turned(0, -STEP));
        return true;
      case "+":
      case "=":
        this.go(zoomed(1 / 1.15));
        return true;
      case "-":
      case "−":
        this.go(zoomed(1.15));
        return true;
      default: {
        const view = VIEWS[Number(key) - 1];
        if (view === undefined) return false;
        this.set(view);
        return true;
      }
    }
  }

  /** Moves on; whether there is more to come. */
  step(now: number): boolean {
    if (this.motion === null) return this.controls.update();
    const { from, to, start } = this.motion;
    const part = Math.min(1, Math.max(0, (now - start) / TURN_MS));
    const eased = part * part * (3 - 2 * part);
    const mix = (a: number, b: number): number => a + (b - a) * eased;
    if (part === 1) this.motion = null;
    this.put({
      turn: mix(from.turn, to.turn),
      tilt: mix(from.tilt, to.tilt),
      distance: mix(from.distance, to.distance),
      target: from.target.clone().lerp(to.target, eased),
    });
    return part < 1;
  }
}
