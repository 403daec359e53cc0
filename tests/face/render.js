// Draws the head as a photograph. Colours are painted by place on the head, in its own mm
// (x to the patient's left, y up, z forward, from midway between the eyes), so that nothing is
// added to the true skin.
import * as THREE from 'three';

const VERTEX = `
  varying vec3 place;
  varying vec3 side;
  void main() {
    place = position;
    side = normalMatrix * normal;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }
`;

const LIGHT = `
  uniform vec3 light;
  varying vec3 place;
  varying vec3 side;
  vec3 lit(vec3 colour, float gloss) {
    vec3 n = normalize(side);
    float sky = 0.5 + 0.5 * n.y;
    float key = max(dot(n, light), 0.0);
    vec3 halfway = normalize(light + vec3(0.0, 0.0, 1.0));
    float shine = pow(max(dot(n, halfway), 0.0), 30.0);
    return colour * (0.34 + 0.16 * sky + 0.55 * key) + gloss * shine;
  }
  float square(float value) {
    return value * value;
  }
  float band(float low, float high, float soft, float value) {
    return smoothstep(low - soft, low + soft, value) - smoothstep(high - soft, high + soft, value);
  }
`;

const SKIN = `
  ${LIGHT}
  uniform vec3 eyes[2];
  void main() {
    float x = abs(place.x);
    float y = place.y;
    float z = place.z;
    vec3 colour = vec3(0.86, 0.66, 0.55);
    colour = mix(colour, vec3(0.84, 0.56, 0.48),
      0.5 * exp(-(square(x - 42.0) + square(y + 38.0)) / 350.0));

    // Lips: between two curves that meet in the corners of the mouth; dark between and behind them.
    float seam = -67.9 + 0.0013 * x * x;
    float span = clamp(1.0 - square(x / 26.0), 0.0, 1.0);
    float upper = seam + 10.5 * span - 2.0 * exp(-x * x / 12.0);
    float lower = seam - 12.5 * span;
    float mouth = step(x, 26.0) * step(-60.0, z);
    colour = mix(colour, vec3(0.68, 0.33, 0.32), mouth * band(lower, upper, 0.7, y));
    colour *= 1.0 - 0.6 * mouth * exp(-square((y - seam) / 0.7));
    if (x < 30.0 && y > -85.0 && y < -40.0 && z < -10.0 && z > -100.0) {
      colour = vec3(0.08, 0.03, 0.03);
    }

    // Brows: an arch that thins out to the side.
    float along = (x - 12.0) / 44.0;
    float arch = 19.5 + 5.0 * sin(2.2 * along);
    float half_width = mix(3.4, 1.3, clamp(along, 0.0, 1.0)) * smoothstep(-0.03, 0.12, along);
    float brow = band(arch - half_width, arch + half_width, 0.8, y) * band(0.0, 1.0, 0.03, along)
      * step(-10.0, z);
    colour = mix(colour, vec3(0.20, 0.13, 0.09), 0.85 * brow);

    // Lashes: the edge of the lids is where the skin touches the eyeball.
    float ball = min(distance(place, eyes[0]), distance(place, eyes[1]));
    float lash = 1.0 - smoothstep(14.6, 15.6, ball);
    colour = mix(colour, vec3(0.16, 0.10, 0.08), 0.8 * lash * step(-3.0, z));

    // Hair: a cap behind a line over the forehead, before and over the ears.
    float line = 66.0 - 0.0035 * x * x;
    float ears = smoothstep(-52.0, -42.0, y);
    float over = smoothstep(line - 1.5, line + 1.5, y);
    float temple = 1.0 - smoothstep(-34.0, -31.0, z + 0.25 * (30.0 - y));
    float back = 1.0 - smoothstep(-93.0, -90.0, z);
    float ear = step(x, 76.5) * smoothstep(4.0, 12.0, y);
    float hair = max(over, max(temple * ear, back)) * ears;
    colour = mix(colour, vec3(0.17, 0.11, 0.08), hair);

    gl_FragColor = vec4(lit(colour, 0.05), 1.0);
  }
`;

const EYE = `
  ${LIGHT}
  uniform vec3 centre;
  uniform float iris;
  void main() {
    float away = distance(place.xy, centre.xy) + 100.0 * step(place.z, centre.z);
    float soft = fwidth(away);
    vec3 colour = vec3(0.93, 0.91, 0.89);
    vec3 ring = mix(vec3(0.24, 0.15, 0.09), vec3(0.12, 0.07, 0.05), smoothstep(0.6, 1.0, away / iris));
    colour = mix(ring, colour, smoothstep(iris - 0.5 * soft, iris + 0.5 * soft, away));
    colour = mix(vec3(0.02), colour, smoothstep(2.0 - 0.5 * soft, 2.0 + 0.5 * soft, away));
    vec3 shown = lit(colour, 0.0);
    vec2 glint = place.xy - centre.xy - vec2(1.6, 1.8);
    shown = mix(vec3(0.95), shown, smoothstep(0.45, 0.75, length(glint)));
    gl_FragColor = vec4(shown, 1.0);
  }
`;

const matrix = (rows) => new THREE.Matrix4().set(...rows.flat());

// Head: { vertices, skin, eyes: [right, left], centres, irisDiameter }, in mm.
// Camera: { modelView, projection: rows of 4 × 4, light, width, height }.
window.draw = (head, camera) => {
  const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  renderer.setPixelRatio(1);
  renderer.setSize(camera.width, camera.height, false);
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0x9aa5ad);

  const mesh = (triangles, fragmentShader, uniforms) => {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute(
      'position',
      new THREE.BufferAttribute(new Float32Array(head.vertices.flat()), 3),
    );
    geometry.setIndex(triangles.flat());
    geometry.computeVertexNormals();
    const material = new THREE.ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader,
      side: THREE.DoubleSide,
      uniforms: {
        light: { value: new THREE.Vector3(...camera.light).normalize() },
        ...uniforms,
      },
    });
    const made = new THREE.Mesh(geometry, material);
    made.frustumCulled = false;
    scene.add(made);
  };
  const centres = head.centres.map((centre) => new THREE.Vector3(...centre));
  mesh(head.skin, SKIN, { eyes: { value: centres } });
  head.eyes.forEach((triangles, i) =>
    mesh(triangles, EYE, { centre: { value: centres[i] }, iris: { value: head.irisDiameter / 2 } }),
  );

  const eye = new THREE.Camera();
  eye.matrixWorldAutoUpdate = false;
  eye.matrixWorldInverse.copy(matrix(camera.modelView));
  eye.matrixWorld.copy(eye.matrixWorldInverse).invert();
  eye.projectionMatrix.copy(matrix(camera.projection));
  eye.projectionMatrixInverse.copy(eye.projectionMatrix).invert();
  renderer.render(scene, eye);
  const url = renderer.domElement.toDataURL('image/png');
  renderer.dispose();
  renderer.forceContextLoss();
  return url;
};
window.ready = true;
